/** The scope of title_listings that holds every title. */
export const everyTitle = '*'

/** The scopes of title_listings: each is a list of titles that can be read in every order. */
export const scopes = {
  region: (code: string): string => `region:${code}`,
  genre: (code: string): string => `genre:${code}`,
  country: (code: string): string => `country:${code}`,
  language: (code: string): string => `language:${code}`,
}

/** Bounds of a listing's window where none is known; both dialects store them. */
export const always = { from: '1000-01-01 00:00:00.000', until: '9999-12-31 23:59:59.999' }
