import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** A page as a browser without scripts has it. */
export interface VisitedPage {
  readonly status: number
  readonly headers: LightMyRequestResponse['headers']
  readonly text: string
  /** Where the browser was sent, or null. */
  readonly location: string | null
}

/** A browser without scripts that speaks with an app in this process: it keeps cookies and fills in forms. */
export interface TestBrowser {
  /** The IP address that it comes from. */
  readonly address: string
  readonly cookies: Map<string, string>
  /** The `Set-Cookie` headers that it was given, oldest first. */
  readonly setCookies: string[]
  get(url: string, headers?: Record<string, string>): Promise<VisitedPage>
  post(url: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<VisitedPage>
  /** Opens a page and sends its first form that leads to `action`, with what was filled in. */
  submit(url: string, action: string, fields: Record<string, string>): Promise<VisitedPage>
}

/** A browser at an address, with the headers that it sends each time. */
export function createTestBrowser(
  app: FastifyInstance,
  { address = '192.0.2.1', headers: always = {} }: { address?: string; headers?: Record<string, string> } = {},
): TestBrowser {
  const cookies = new Map<string, string>()
  const setCookies: string[] = []
  async function send(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<VisitedPage> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.inject({
      method,
      url,
      remoteAddress: address,
      headers: { ...always, ...headers, ...(cookie && { cookie }) },
      ...(payload === undefined ? {} : { payload }),
    })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      setCookies.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.location ?? null
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, location }
  }
  const browser: TestBrowser = {
    address,
    cookies,
    setCookies,
    get: (url, headers = {}) => send('GET', url, headers),
    post: (url, fields, headers = {}) =>
      send(
        'POST',
        url,
        { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
        new URLSearchParams(fields).toString(),
      ),
    async submit(url, action, fields) {
      const page = await browser.get(url)
      const form = formsOf(page.text).find((each) => each.action === action)
      if (!form) throw new Error(`no form for ${action} on ${url}, but ${page.status} ${page.location}: ${page.text}`)
      return browser.post(action, { ...form.hidden, ...fields })
    },
  }
  return browser
}

/** The forms of a page with their hidden fields. */
export function formsOf(text: string): Array<{ action: string; hidden: Record<string, string> }> {
  return [...text.matchAll(/<form\b[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action = '', body = '']) => ({
    action,
    hidden: Object.fromEntries(
      [...body.matchAll(/<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, unescapeHtml(value)],
      ),
    ),
  }))
}

function unescapeHtml(text: string): string {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
}
