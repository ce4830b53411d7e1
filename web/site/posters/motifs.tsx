import type { ReactNode } from 'react'
import type { Motif, PosterArt } from './poster-art.ts'

type Draw = (dice: readonly number[], shape: string, accent: string) => ReactNode

const at = (dice: readonly number[], index: number): number => dice[index % dice.length] ?? 0.5
const round = (value: number): number => Math.round(value * 10) / 10
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

const motifs: Readonly<Record<Motif, Draw>> = {
  sun: (dice, shape, accent) => (
    <>
      <circle
        cx={round(60 + at(dice, 1) * 80)}
        cy={round(80 + at(dice, 2) * 40)}
        r={round(42 + at(dice, 3) * 22)}
        fill={accent}
      />
      {range(5).map((index) => (
        <rect
          key={index}
          y={round(150 + index * 17)}
          width="200"
          height={3 + index * 1.6}
          fill={shape}
          opacity={0.9 - index * 0.12}
        />
      ))}
    </>
  ),
  waves: (dice, shape, accent) => (
    <>
      <circle cx={round(40 + at(dice, 4) * 120)} cy="66" r="26" fill={accent} opacity="0.9" />
      {range(5).map((index) => {
        const y = 110 + index * 24
        const bend = round(24 + at(dice, index) * 34)
        return (
          <path
            key={index}
            d={`M0 ${y} C 50 ${y - bend} 90 ${y + bend} 200 ${y - 8} V300 H0Z`}
            fill={index % 2 === 0 ? shape : accent}
            opacity={0.28 + index * 0.06}
          />
        )
      })}
    </>
  ),
  beams: (dice, shape, accent) => {
    // Left of the year, which stands in the upper right corner.
    const x = round(30 + at(dice, 1) * 95)
    return (
      <>
        {range(6).map((index) => {
          const foot = round(index * 44 - 30 + at(dice, index + 2) * 12)
          return (
            <path
              key={index}
              d={`M${x} 30 L${foot} 300 H${foot + 20}Z`}
              fill={index % 2 === 0 ? shape : accent}
              opacity="0.5"
            />
          )
        })}
        <circle cx={x} cy="34" r="13" fill={accent} />
      </>
    )
  },
  rings: (dice, shape, accent) => {
    const [x, y] = [round(50 + at(dice, 1) * 100), round(80 + at(dice, 2) * 50)]
    return (
      <>
        {range(6).map((index) => (
          <circle
            key={index}
            cx={x}
            cy={y}
            r={14 + index * 17}
            fill="none"
            stroke={index % 3 === 0 ? accent : shape}
            strokeWidth={round(2 + at(dice, index + 3) * 7)}
            opacity={0.95 - index * 0.1}
          />
        ))}
      </>
    )
  },
  city: (dice, shape, accent) => (
    <>
      <circle cx={round(40 + at(dice, 0) * 120)} cy="62" r="22" fill={accent} opacity="0.9" />
      {range(9).map((index) => {
        const height = round(60 + at(dice, index + 1) * 120)
        return (
          <g key={index}>
            <rect
              x={index * 23 - 3}
              y={260 - height}
              width="20"
              height={height + 40}
              fill={shape}
              opacity={0.55 + (index % 3) * 0.15}
            />
            <rect x={index * 23 + 3} y={round(270 - height)} width="4" height="6" fill={accent} />
            <rect x={index * 23 + 3} y={round(286 - height)} width="4" height="6" fill={accent} opacity="0.6" />
          </g>
        )
      })}
    </>
  ),
  hills: (dice, shape, accent) => (
    <>
      <circle cx={round(50 + at(dice, 0) * 100)} cy={round(70 + at(dice, 1) * 20)} r="28" fill={accent} />
      {range(3).map((index) => {
        const y = 150 + index * 36
        const peak = round(30 + at(dice, index + 2) * 140)
        return (
          <path
            key={index}
            d={`M-20 300 L${peak - 90} ${y + 30} L${peak} ${y - 46 + index * 12} L${peak + 80} ${y + 26} L220 300Z`}
            fill={shape}
            opacity={0.4 + index * 0.2}
          />
        )
      })}
    </>
  ),
  grid: (dice, shape, accent) => (
    <>
      {range(7).flatMap((row) =>
        range(6).map((column) => {
          const chance = at(dice, row * 5 + column * 7)
          return (
            <circle
              key={`${row}-${column}`}
              cx={25 + column * 30}
              cy={48 + row * 26}
              r={round(2 + chance * 9)}
              fill={chance > 0.7 ? accent : shape}
              opacity="0.85"
            />
          )
        }),
      )}
    </>
  ),
  confetti: (dice, shape, accent) => (
    <>
      {range(16).map((index) => {
        const [x, y] = [
          round(12 + ((index * 47 + at(dice, index) * 60) % 176)),
          round(34 + ((index * 29 + at(dice, index + 5) * 50) % 170)),
        ]
        const size = round(8 + at(dice, index + 2) * 20)
        return index % 3 === 0 ? (
          <circle key={index} cx={x} cy={y} r={round(size / 2)} fill={accent} opacity="0.9" />
        ) : (
          <rect
            key={index}
            x={x}
            y={y}
            width={size}
            height={round(size / 2.4)}
            rx="2"
            fill={index % 3 === 1 ? shape : accent}
            opacity="0.75"
            transform={`rotate(${Math.round(at(dice, index + 7) * 180)} ${x} ${y})`}
          />
        )
      })}
    </>
  ),
  spiral: (dice, shape, accent) => {
    const [x, y] = [round(70 + at(dice, 1) * 60), round(90 + at(dice, 2) * 30)]
    return (
      <>
        {range(14).map((index) => {
          const angle = index * 0.72 + at(dice, 3) * 6
          const far = 8 + index * 8
          return (
            <circle
              key={index}
              cx={round(x + Math.cos(angle) * far)}
              cy={round(y + Math.sin(angle) * far)}
              r={round(3 + index * 1.3)}
              fill={index % 4 === 0 ? accent : shape}
              opacity={round(1 - index * 0.045)}
            />
          )
        })}
      </>
    )
  },
}

/** The shapes behind a poster's title. */
export function MotifShapes({ art: { motif, dice, palette } }: { art: PosterArt }): ReactNode {
  return motifs[motif](dice, palette.shape, palette.accent)
}
