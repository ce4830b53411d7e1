import type { ReactNode } from 'react'
import type { CardFragment } from '../api/generated/operations.ts'
import { useSite } from '../ui/site.tsx'
import { posterArt, type PosterArt } from './poster-art.ts'
import { MotifShapes } from './motifs.tsx'

/**
 * A drawing, and above it a picture where pictures are configured: one that is missing, or not there yet, shows nothing.
 * The title stands beside it, so that it says nothing by itself.
 */
export function Poster({ movie }: { movie: CardFragment }): ReactNode {
  const { posterUrl } = useSite().shell
  const { imdbId, title, releaseYear: year, genres } = movie
  const drawing = <DrawnPoster art={posterArt({ title, year, genres: genres.map(({ code }) => code) })} year={year} />
  if (posterUrl === null || imdbId === null) return drawing
  const src = posterUrl.replaceAll('{imdbId}', encodeURIComponent(imdbId))
  return (
    <span className="poster-frame">
      {drawing}
      <img src={src} alt="" width="200" height="300" loading="lazy" decoding="async" referrerPolicy="no-referrer" />
    </span>
  )
}

function DrawnPoster({ art, year }: { art: PosterArt; year: number | null }): ReactNode {
  const { palette, lines, fontSize, dice } = art
  const id = `p${Math.round((dice[0] ?? 0) * 1e9).toString(36)}`
  const lineHeight = fontSize * 1.14
  const top = 272 - (lines.length - 1) * lineHeight
  return (
    <svg className="poster" viewBox="0 0 200 300" width="200" height="300" aria-hidden="true" focusable="false">
      <linearGradient id={id} x1="0" y1="0" x2="0.4" y2="1">
        <stop offset="0" stopColor={palette.top} />
        <stop offset="1" stopColor={palette.bottom} />
      </linearGradient>
      <rect width="200" height="300" fill={`url(#${id})`} />
      <MotifShapes art={art} />
      <rect
        y={top - fontSize - 14}
        width="200"
        height={300 - top + fontSize + 14}
        fill={palette.bottom}
        opacity="0.82"
      />
      <rect x="16" y={top - fontSize - 4} width="28" height="3" fill={palette.accent} />
      <text fill={palette.text} fontSize={fontSize} fontWeight="700" letterSpacing="-0.2">
        {lines.map((line, index) => (
          <tspan key={`${index}${line}`} x="16" y={top + index * lineHeight + 4}>
            {line}
          </tspan>
        ))}
      </text>
      {year !== null && (
        <text x="184" y="26" textAnchor="end" fill={palette.text} fontSize="12" letterSpacing="1.5" opacity="0.9">
          {year}
        </text>
      )}
    </svg>
  )
}
