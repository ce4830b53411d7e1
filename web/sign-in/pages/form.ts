import { html, type Html, type HtmlValue } from '../../http/html.ts'
import type { Fields } from '../../http/form-body.ts'

/** One labelled input. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password'
  /** The browser's own name for it, so that password managers fill it in. */
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  /** What is wrong with what was entered. */
  readonly error?: string | undefined
}

export interface Form {
  readonly action: string
  readonly token: string
  /** Sent along unseen. */
  readonly hidden?: Fields
  readonly fields: readonly Field[]
  readonly submit: string
  /** Stands above the list of what is wrong. */
  readonly errorSummary: string
}

/** A form whose errors stand above it with links to their fields, and beside each field, tied to it. */
export function renderForm({ action, token, hidden = {}, fields, submit, errorSummary }: Form): Html {
  const wrong = fields.filter(({ error }) => error !== undefined)
  // The first field that wants attention has the focus, as it would in a browser with scripts.
  const focused = wrong[0] ?? fields.find(({ value }) => !value)
  return html`${wrong.length > 0 && summaryOf(errorSummary, wrong)}
    <form method="post" action="${action}" novalidate>
      ${hiddenFields({ ...hidden, token })} ${fields.map((field) => renderField(field, field === focused))}
      <button type="submit">${submit}</button>
    </form>`
}

/** Hidden inputs, one for each field. */
export function hiddenFields(fields: Fields): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
}

/** A message that screen readers read at once. */
export function notice(text: HtmlValue, kind: 'good' | 'bad' = 'good'): Html {
  return html`<div class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${text}</div>`
}

function summaryOf(text: string, wrong: readonly Field[]): Html {
  const items = wrong.map(({ name, error }) => html`<li><a href="#${name}">${error}</a></li>`)
  return notice(
    html`<p>${text}</p>
      <ul>
        ${items}
      </ul>`,
    'bad',
  )
}

function renderField({ name, label, type, autocomplete, value = '', hint, error }: Field, isFocused: boolean): Html {
  const described = [hint !== undefined && `${name}-hint`, error !== undefined && `${name}-error`].filter(Boolean)
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${error !== undefined && html`<p class="error" id="${name}-error">${error}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      ${type !== 'text' && html`autocapitalize="none" spellcheck="false"`}
      ${type !== 'password' && html`value="${value}"`}
      ${described.length > 0 && html`aria-describedby="${described.join(' ')}"`}
      ${error !== undefined && html`aria-invalid="true"`}
      ${isFocused && html`autofocus`}
      required
    />
  </div>`
}
