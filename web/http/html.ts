/** Markup that may be sent as it is. Only `html` makes it, so that no text reaches a page unescaped. */
class Html {
  // Private, so that nothing that merely looks like markup has this type or passes for it.
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  get markup(): string {
    return this.#markup
  }
}

export type { Html }

/** What a template takes: text and numbers are escaped, markup is not, `null` and `false` leave nothing. */
export type HtmlValue = string | number | Html | readonly Html[] | null | false | undefined

/**
 * Builds markup from a template and escapes what is put into it, for elements and for attributes in double quotes:
 * html`<p title="${title}">${text}</p>`. It is no protection within a script, a style or an unquoted attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, index) => part + markupOf(values[index])).join(''))
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  return value.map(markupOf).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
