import { icon, signPath } from '../../look/icon.ts'
import { html, type Html, type HtmlValue } from '../../http/html.ts'
import { languages, type Language } from '../messages/languages.ts'
import { homePath } from '../navigation.ts'
import { colorSchemeOf } from '../../look/themes.ts'
import type { Visit } from '../visit.ts'

export interface Page {
  readonly title: string
  readonly body: HtmlValue
  /** The path and query under which the page is also there in another language; none for answers that are no pages. */
  readonly url?: string
  /** Whether a form on it was refused: screen readers read the title first. */
  readonly hasErrors?: boolean
}

/** A whole document; `styleUrl` is where its stylesheet is. */
export function renderDocument({ language, messages, theme }: Visit, page: Page, styleUrl: string): string {
  const title = page.hasErrors ? messages.fieldErrors.inTitle(page.title) : page.title
  const document = html`<!doctype html>
    <html lang="${language}" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="${colorSchemeOf(theme)}" />
        <title>${title} · MovieVerse</title>
        <link rel="stylesheet" href="${styleUrl}" />
        <link rel="icon" href="${icon}" />
      </head>
      <body>
        <header>
          <a class="brand" href="${homePath}">
            <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
              <path fill="currentColor" fill-rule="evenodd" d="${signPath}" />
            </svg>
            ${messages.home}
          </a>
        </header>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
        ${page.url !== undefined && languageLinks(messages.language, language, page.url)}
      </body>
    </html> `
  return document.markup
}

function languageLinks(label: string, current: Language, url: string): Html {
  const links = Object.entries(languages).map(([code, name]) =>
    code === current
      ? html`<span lang="${code}" aria-current="true">${name}</span>`
      : html`<a lang="${code}" hreflang="${code}" href="${inLanguage(url, code)}">${name}</a>`,
  )
  return html`<footer><nav aria-label="${label}">${links}</nav></footer>`
}

/** The same page in another language; what it tells once, such as "you are signed out", is not told again. */
function inLanguage(url: string, code: string): string {
  const { pathname, searchParams } = new URL(url, 'http://local.invalid')
  searchParams.delete('notice')
  searchParams.set('lang', code)
  return `${pathname}?${searchParams.toString()}`
}
