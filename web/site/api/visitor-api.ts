import type { SiteTokens } from '../session/site-tokens.ts'
import type { TypedDocument } from './document.ts'
import type { AnswerError, ApiAnswer, EdgeApi } from './edge-api.ts'

/** What a page gets: data where there are any, and what went wrong. */
export interface Reply<Result> {
  readonly data: Result | null
  readonly errors: readonly AnswerError[]
}

/** The public API as one visitor has it. */
export interface VisitorApi {
  readonly isSignedIn: boolean
  ask<Result, Variables>(document: TypedDocument<Result, Variables>, variables: Variables): Promise<Reply<Result>>
}

/** The code of answers that did not come at all. */
export const unavailable = 'UNAVAILABLE'

const nothing = { data: null, errors: [{ code: unavailable, path: [] }] } as const

/** With the session's tokens where it has any that are good, else with the site's own. */
export async function visitorApi(
  { api, tokens }: { readonly api: EdgeApi; readonly tokens: SiteTokens },
  sessionHash: string | null,
): Promise<VisitorApi> {
  const token = sessionHash === null ? null : await tokens.ofSession(sessionHash).catch(() => null)
  const isSignedIn = token !== null
  const renew = async (refused: string): Promise<string | null> => {
    if (sessionHash !== null && isSignedIn) return tokens.renewed(sessionHash, refused)
    tokens.forgetSite(refused)
    return tokens.ofSite()
  }
  return {
    isSignedIn,
    async ask(document, variables) {
      try {
        const current = token ?? (await tokens.ofSite())
        const answer = await api.send(document, variables, current)
        if (answer.kind !== 'unauthorised') return replyOf(answer)
        const next = await renew(current)
        return next === null ? nothing : replyOf(await api.send(document, variables, next))
      } catch {
        return nothing
      }
    },
  }
}

function replyOf<Result>(answer: ApiAnswer<Result>): Reply<Result> {
  return answer.kind === 'answered' ? { data: answer.data, errors: answer.errors } : nothing
}
