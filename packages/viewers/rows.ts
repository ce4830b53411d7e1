/** For which ages a viewer wants to be shown titles. */
export type Maturity = 'CHILD' | 'TEEN' | 'ADULT'

/** Somebody who watches, as repositories answer them: camelCase, times as Date, unknown as null. */
export interface ViewerRow {
  readonly id: number
  /** The edge's X-Authenticated-Userid. */
  readonly userId: string
  readonly displayName: string | null
  /** As stored: `GB`, not `UK`. */
  readonly regionCode: string | null
  readonly maturity: Maturity
  /** Grows with every change of the viewer's profile or feedback. */
  readonly revision: number
  readonly createdAt: Date
}

/** Codes in the order in which the viewer named them. */
export interface ProfileRow {
  readonly languages: readonly string[]
  readonly genres: readonly string[]
  /** Streaming services that the viewer has: short names of no fixed list, such as `netflix`. */
  readonly services: readonly string[]
}

export interface RatingRow {
  readonly viewerId: number
  readonly titleId: number
  /** 0.5 to 5 in halves. */
  readonly stars: number
  readonly ratedAt: Date
}

export interface WatchlistRow {
  readonly viewerId: number
  readonly titleId: number
  readonly addedAt: Date
}

/** What a viewer watched of a title, one row for each: the last time counts. */
export interface HistoryRow {
  readonly viewerId: number
  readonly titleId: number
  readonly progressSeconds: number | null
  /** 0 to 100, to the hundredth. */
  readonly progressPercent: number | null
  /** Once watched to the end, a title is seen, whatever is watched of it later. */
  readonly isCompleted: boolean
  readonly watchedAt: Date
}

export interface HiddenRow {
  readonly viewerId: number
  readonly titleId: number
  readonly hiddenAt: Date
}
