import { textsOf } from '../messages/texts.ts'
import type { SiteState } from '../pages/state.ts'
import { typedEvent } from '../pages/search/typed-event.ts'
import { Navigation, refreshEvent } from './navigation.ts'

/** Has links and forms of the site change the page in its place. */
export function takeOver(navigation: Navigation): void {
  document.addEventListener('click', (event) => onClick(navigation, event))
  document.addEventListener('submit', (event) => onSubmit(navigation, event))
  document.addEventListener('change', onChange)
  addEventListener('popstate', (event) => void navigation.back(event.state))
  addEventListener('pagehide', () => navigation.leave())
  addEventListener(refreshEvent, () => void navigation.refresh())
  addEventListener(typedEvent, (event) => {
    const text = event instanceof CustomEvent ? String(event.detail) : ''
    const url = new URL('/search', location.href)
    if (text !== '') url.searchParams.set('q', text)
    void navigation.go(url, { replaces: true, keepsFocus: true })
  })
  document.documentElement.setAttribute('data-hydrated', '')
}

function onClick(navigation: Navigation, event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || event.defaultPrevented || !isPlain || link.target !== '' || 'leave' in link.dataset) return
  const url = new URL(link.href)
  if (!Navigation.isPage(url) || (url.hash !== '' && url.pathname === location.pathname)) return
  event.preventDefault()
  void navigation.go(url)
}

function onSubmit(navigation: Navigation, event: SubmitEvent): void {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || 'leave' in form.dataset) return
  if ('action' in form.dataset) {
    event.preventDefault()
    void act(navigation, form, event.submitter)
    return
  }
  const url = new URL(form.action)
  if (form.method !== 'get' || !Navigation.isPage(url)) return
  event.preventDefault()
  void navigation.go(withFields(url, form))
}

/** Choices that are made at once: without JavaScript there is a button beside them. */
function onChange({ target }: Event): void {
  if (!(target instanceof Element)) return
  const field = target.closest<HTMLInputElement | HTMLSelectElement>('[data-submit], [data-submit-all] input')
  if (field && field.type !== 'search' && field.type !== 'number') field.form?.requestSubmit()
}

/** What a form asks for, without its empty fields. */
function withFields(url: URL, form: HTMLFormElement): URL {
  const search = new URLSearchParams()
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value !== '') search.append(name, value)
  url.search = search.toString()
  return url
}

/** Forms on their way: a second click on the same one asks for nothing more. */
const busy = new WeakSet<HTMLFormElement>()

async function act(navigation: Navigation, form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (busy.has(form)) return
  busy.add(form)
  const { errors } = textsOf(navigation.shell.language).messages
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === 'string') fields.append(name, value)
  fields.set('key', crypto.randomUUID())
  try {
    const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { accept: 'application/json' } })
    if (answer.status === 429) return navigation.fail(errors.busy)
    // Made for a session before this one: somebody has signed in again in another tab.
    if (answer.status === 403) await navigation.refresh()
    if (!answer.headers.get('content-type')?.startsWith('application/json')) return navigation.fail(errors.action)
    const problem = answer.status === 401 ? errors.signedOut : errors.action
    // `as`: what actions.routes.ts sends.
    navigation.put((await answer.json()) as SiteState, answer.ok ? undefined : problem)
  } catch {
    navigation.fail(errors.offline)
  } finally {
    busy.delete(form)
  }
}
