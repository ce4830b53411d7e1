import { TokensEnded, type SiteTokens } from '../session/site-tokens.ts'
import type { TypedDocument } from './document.ts'
import type { AnswerError, ApiAnswer, EdgeApi } from './edge-api.ts'

/** What a page gets: data where there are any, and what went wrong. */
export interface Reply<Result> {
  readonly data: Result | null
  readonly errors: readonly AnswerError[]
}

/** The public API as one visitor has it. */
export interface VisitorApi {
  /** False from the moment on at which the edge is found to have ended the session's tokens. */
  readonly isSignedIn: boolean
  /** Whether that was found now. */
  readonly hasEnded: boolean
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
  let hasEnded = false
  const onFailure = (error: unknown): null => {
    hasEnded ||= error instanceof TokensEnded
    return null
  }
  let token = sessionHash === null ? null : await tokens.ofSession(sessionHash).catch(onFailure)
  const renew = async (refused: string): Promise<string | null> => {
    if (sessionHash !== null && token !== null) {
      token = await tokens.renewed(sessionHash, refused)
      return token
    }
    tokens.forgetSite(refused)
    return tokens.ofSite()
  }
  return {
    get isSignedIn() {
      return token !== null
    },
    get hasEnded() {
      return hasEnded
    },
    async ask(document, variables) {
      try {
        const current = token ?? (await tokens.ofSite())
        const answer = await api.send(document, variables, current)
        if (answer.kind !== 'unauthorised') return replyOf(answer)
        const next = await renew(current)
        return next === null ? nothing : replyOf(await api.send(document, variables, next))
      } catch (error) {
        if (error instanceof TokensEnded) token = onFailure(error)
        return nothing
      }
    },
  }
}

function replyOf<Result>(answer: ApiAnswer<Result>): Reply<Result> {
  return answer.kind === 'answered' ? { data: answer.data, errors: answer.errors } : nothing
}
