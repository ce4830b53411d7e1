/** What a poster is drawn from. */
export interface PosterSubject {
  readonly title: string
  readonly year: number | null
  /** Genre codes, the first one sets the mood. */
  readonly genres: readonly string[]
}

export type Motif = 'sun' | 'waves' | 'beams' | 'rings' | 'city' | 'hills' | 'grid' | 'confetti' | 'spiral'

/** Colours as they stand in the drawing: the ground from top to bottom, two shapes, and the text. */
export interface Palette {
  readonly top: string
  readonly bottom: string
  readonly shape: string
  readonly accent: string
  readonly text: string
}

export interface PosterArt {
  readonly motif: Motif
  readonly palette: Palette
  /** The title in lines that fit, the last one cut with an ellipsis where it must be. */
  readonly lines: readonly string[]
  readonly fontSize: number
  /** Numbers from 0 to 1 for the motif, the same for the same subject for ever. */
  readonly dice: readonly number[]
}

/** Hue ranges in degrees and motifs by genre. */
const moods: Readonly<Record<string, { readonly hue: number; readonly motifs: readonly Motif[] }>> = {
  action: { hue: 14, motifs: ['beams', 'city'] },
  adventure: { hue: 34, motifs: ['hills', 'sun'] },
  animation: { hue: 190, motifs: ['confetti', 'rings'] },
  biography: { hue: 40, motifs: ['rings', 'sun'] },
  comedy: { hue: 46, motifs: ['confetti', 'sun'] },
  crime: { hue: 220, motifs: ['city', 'beams'] },
  documentary: { hue: 170, motifs: ['grid', 'rings'] },
  drama: { hue: 265, motifs: ['hills', 'waves'] },
  family: { hue: 150, motifs: ['confetti', 'hills'] },
  fantasy: { hue: 285, motifs: ['spiral', 'rings'] },
  history: { hue: 28, motifs: ['hills', 'sun'] },
  horror: { hue: 350, motifs: ['spiral', 'beams'] },
  music: { hue: 310, motifs: ['waves', 'rings'] },
  musical: { hue: 320, motifs: ['waves', 'confetti'] },
  mystery: { hue: 240, motifs: ['spiral', 'city'] },
  romance: { hue: 335, motifs: ['sun', 'waves'] },
  'sci-fi': { hue: 200, motifs: ['grid', 'rings'] },
  sport: { hue: 120, motifs: ['beams', 'rings'] },
  thriller: { hue: 205, motifs: ['beams', 'spiral'] },
  war: { hue: 80, motifs: ['hills', 'beams'] },
  western: { hue: 24, motifs: ['sun', 'hills'] },
}

const otherMood = { hue: 230, motifs: ['rings', 'waves'] } as const

/** The drawing of a title: always the same for the same title, year and first genre. */
export function posterArt({ title, year, genres }: PosterSubject): PosterArt {
  const mood = moods[genres[0]?.toLowerCase() ?? ''] ?? otherMood
  const random = randomFrom(`${title}\0${year ?? ''}\0${genres[0] ?? ''}`)
  const dice = Array.from({ length: 12 }, random)
  const hue = Math.round(mood.hue + (random() - 0.5) * 36 + 360) % 360
  const motif = mood.motifs[Math.floor(random() * mood.motifs.length)] ?? 'rings'
  const longest = Math.max(...title.split(/\s+/).map((word) => [...word].length))
  const roomy = title.length > 44 ? 17 : title.length > 22 ? 20 : 25
  // No word of a usual length is broken.
  const fontSize = Math.max(smallestFont, Math.min(roomy, Math.floor(lineUnits / longest)))
  return { motif, palette: paletteOf(hue, year, random), dice, fontSize, lines: linesOf(title, fontSize) }
}

/** Older films are paler, as their prints are. All texts are at least 4.5 to 1 on their ground. */
function paletteOf(hue: number, year: number | null, random: () => number): Palette {
  const saturation = year !== null && year < 1960 ? 18 : year !== null && year < 1985 ? 36 : 52
  const turn = random() < 0.5 ? 38 : -46
  return {
    top: `hsl(${hue} ${saturation}% 24%)`,
    bottom: `hsl(${(hue + turn + 360) % 360} ${saturation}% 13%)`,
    shape: `hsl(${(hue + turn + 360) % 360} ${saturation + 14}% 44%)`,
    accent: `hsl(${(hue + 24) % 360} ${saturation + 24}% 66%)`,
    text: `hsl(${hue} 40% 97%)`,
  }
}

const maxLines = 4
const smallestFont = 14
/** The width of a line over the width that a letter has on average in a font of size 1. */
const lineUnits = 168 / 0.62

/** Breaks a title between words, by the width that letters have on average. */
function linesOf(title: string, fontSize: number): string[] {
  const perLine = Math.floor(lineUnits / fontSize)
  const lines: string[] = []
  for (const word of title.split(/\s+/).flatMap((each) => pieces(each, perLine))) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < perLine) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.length > maxLines ? [...lines.slice(0, maxLines - 1), `${lines[maxLines - 1]}…`] : lines
}

function pieces(word: string, length: number): string[] {
  const letters = [...word]
  if (letters.length <= length) return [word]
  return Array.from({ length: Math.ceil(letters.length / length) }, (_, index) =>
    letters.slice(index * length, (index + 1) * length).join(''),
  )
}

/** Numbers from 0 to 1 from a text: FNV-1a into Mulberry32, both in the public domain. */
function randomFrom(text: string): () => number {
  let state = 0x811c9dc5
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
