/** A title as repositories answer it: camelCase, numbers as numbers, times as Date, unknown as null. */
export interface TitleRow {
  readonly id: number
  readonly imdbId: string | null
  readonly title: string
  readonly sortTitle: string
  readonly originalTitle: string | null
  readonly releaseYear: number | null
  /** `YYYY-MM-DD` */
  readonly publishedOn: string | null
  readonly runtimeMinutes: number | null
  readonly productionCompany: string | null
  readonly grossMinor: number | null
  readonly grossCurrency: string | null
  readonly averageRating: number | null
  readonly votes: number | null
  readonly popularity: number
}

export interface CountryRow {
  readonly code: string
  readonly name: string
}

export interface LanguageRow {
  readonly code: string
  readonly name: string
}

export interface GenreRow {
  readonly code: string
  readonly name: string
}

export interface PersonRow {
  readonly id: number
  readonly imdbId: string | null
  readonly name: string
  /** `YYYY-MM-DD` */
  readonly bornOn: string | null
}

export type CreditRole = 'DIRECTOR' | 'ACTOR' | 'ACTRESS'

export interface CreditRow {
  readonly titleId: number
  readonly person: PersonRow
  readonly role: CreditRole
}

export type OfferType = 'SUBSCRIPTION' | 'FREE' | 'ADS' | 'RENT' | 'BUY' | 'CINEMA'
export type Quality = 'SD' | 'HD' | 'UHD'

export interface AvailabilityRow {
  readonly id: number
  readonly titleId: number
  readonly regionCode: string
  /** Unknown where the default policy made the availability. */
  readonly offerType: OfferType | null
  readonly availableFrom: Date
  readonly availableUntil: Date | null
  readonly priceMinor: number | null
  readonly currency: string | null
  readonly quality: Quality | null
}

export type ChangeKind = 'ADDED' | 'CHANGED' | 'REMOVED'

export interface AvailabilityChangeRow {
  readonly id: number
  readonly titleId: number
  readonly regionCode: string
  readonly kind: ChangeKind
  readonly offerType: OfferType | null
  readonly availableFrom: Date
  readonly availableUntil: Date | null
  readonly changedAt: Date
}
