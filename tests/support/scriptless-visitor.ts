import { formsOf } from '@movieverse/web/testing/browser.ts'
import { send, type Got } from '../edge/support/send.ts'

/** A visitor of the website without scripts: keeps cookies, goes where it is sent, and fills in forms. */
export interface ScriptlessVisitor {
  /** Opens a page and follows where it leads. */
  open(path: string): Promise<Got>
  /** Sends the first form of a page that leads to `action`, with what was filled in; answers the page after that. */
  submit(page: Got, action: string, fields: Readonly<Record<string, string>>): Promise<Got>
  /** Posts a form and stays. */
  post(action: string, fields: Readonly<Record<string, string>>): Promise<Got>
}

/** Redirects in a row at most. */
const patience = 10

/** A visitor of the site at an https address, whose certificate `ca` vouches for. */
export function createScriptlessVisitor(site: string, ca: string): ScriptlessVisitor {
  const cookies = new Map<string, string>()
  const ask = async (method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<Got> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = [
      ['Cookie', cookie] as const,
      ...(form ? ([['Content-Type', 'application/x-www-form-urlencoded']] as const) : []),
    ].filter(([, value]) => value !== '')
    const body = form && new URLSearchParams(form).toString()
    const got = await send(site, { method, path, headers, ...(body !== undefined && { body }) }, ca)
    for (const line of got.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return got
  }
  const follow = async (first: Got): Promise<Got> => {
    let got = first
    for (let count = 0; got.headers.location !== undefined; count += 1) {
      if (count === patience) throw new Error(`sent on and on, at last to ${got.headers.location}`)
      const { pathname, search } = new URL(got.headers.location, site)
      got = await ask('GET', pathname + search)
    }
    return got
  }
  return {
    open: async (path) => follow(await ask('GET', path)),
    post: (action, fields) => ask('POST', action, fields),
    async submit(page, action, fields) {
      const form = formsOf(page.text).find((each) => each.action === action)
      if (!form) throw new Error(`no form for ${action}: ${page.status} ${page.text.slice(0, 500)}`)
      return follow(await ask('POST', action, { ...form.hidden, ...fields }))
    },
  }
}

/** Signs a visitor in with the website and lets the website in. */
export async function signIn(visitor: ScriptlessVisitor, email: string, password: string): Promise<void> {
  const form = await visitor.open('/site/sign-in?return=/')
  const consent = await visitor.submit(form, '/sign-in', { email, password })
  await visitor.submit(consent, '/authorize', { decision: 'allow' })
}
