import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fields } from '../http/form-body.ts'
import { isSameText, keyedHash, randomToken } from '../http/tokens.ts'
import { PageError } from './page-error.ts'
import { formCookieOf, sessionTokenOf, setFormCookie } from './visit.ts'

/** Whom a form is made for: the session of whoever is signed in, or the browser of whoever is not. */
export type FormAudience = 'session' | 'visitor'

/** What makes and checks the tokens that show that a form came from a page of ours. */
export interface Forms {
  /** The token for a form on the page that is answered; gives the browser a cookie to bind it to where it has none. */
  tokenFor(audience: FormAudience, request: FastifyRequest, reply: FastifyReply): string
  /** The fields of a posted form. Throws a PageError where it is none of ours, or of another session. */
  fieldsOf(audience: FormAudience, request: FastifyRequest): Fields
}

/** The fields of a posted form, wherever it comes from. */
export function postedFields(request: FastifyRequest): Fields {
  return (request.body ?? {}) as Fields // the only body that these routes take, see http/form-body.ts
}

/**
 * Forms against cross-site request forgery: the token is a keyed hash of a cookie that other sites cannot read, so that
 * nothing has to be stored. Browsers that say where a request comes from are believed as well.
 */
export function createForms(secret: string): Forms {
  const tokenOf = (audience: FormAudience, cookie: string): string => keyedHash(secret, `form-${audience}`, cookie)
  return {
    tokenFor(audience, request, reply) {
      const known = boundCookieOf(audience, request)
      if (known !== null) return tokenOf(audience, known)
      const made = randomToken()
      setFormCookie(request, reply, made)
      return tokenOf(audience, made)
    },
    fieldsOf(audience, request) {
      const fields = postedFields(request)
      const cookie = boundCookieOf(audience, request)
      const isOurs = isFromHere(request) && cookie !== null && isSameText(tokenOf(audience, cookie), fields.token ?? '')
      if (!isOurs) throw new PageError('formExpired')
      return fields
    },
  }
}

function boundCookieOf(audience: FormAudience, request: FastifyRequest): string | null {
  if (audience === 'session') return request.visit.account && sessionTokenOf(request)
  return formCookieOf(request)
}

/** Sites on other ports of this host share its cookies, so that only the same origin will do. */
function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}
