/** What a visitor may choose for the website and the sign-in pages; `auto` is as their system has it. */
export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The cookie that remembers it. */
export const themeCookie = 'movieverse-theme'

/** The theme that the cookie names; `auto` where it names none. */
export function themeOf(cookie: string | null): Theme {
  return themes.find((known) => known === cookie) ?? 'auto'
}

/** What a browser is told before it reads the style sheet, so that nothing flashes in the other colours. */
export function colorSchemeOf(theme: Theme): string {
  return theme === 'auto' ? 'light dark' : theme
}
