import { findRegion } from '@movieverse/regions/regions.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readCookie, setCookieOf } from '../../http/cookies.ts'
import { queryOf } from '../../http/form-body.ts'
import { localPathOf } from '../../http/local-path.ts'
import { themeCookie, themes } from '../../look/themes.ts'
import { goTo } from '../../sign-in/navigation.ts'

const regionCookie = 'movieverse-region'
const yearSeconds = 365 * 24 * 60 * 60

/** The region that the visitor chose; null where they chose none, or one that is gone. */
export function chosenRegion(request: FastifyRequest): string | null {
  const code = readCookie(request.headers.cookie, regionCookie, request.visit.isSecure)
  return findRegion(code ?? '')?.code ?? null
}

/** `/site/region?code=IN&return=/path` and `/site/theme?value=dark&return=/path`: choices that a browser remembers. */
export function addPreferenceRoutes(app: FastifyInstance): void {
  app.get('/site/region', async (request, reply) => {
    const { code = '', return: back } = queryOf(request.url)
    rememberRegion(request, reply, code)
    return goTo(reply, localPathOf(back, '/'))
  })
  app.get('/site/theme', async (request, reply) => {
    const { value, return: back } = queryOf(request.url)
    remember(request, reply, themeCookie, themes.find((theme) => theme === value) ?? '')
    return goTo(reply, localPathOf(back, '/'))
  })
}

/** Keeps a region as the visitor's choice; a code of none takes the choice back. */
export function rememberRegion(request: FastifyRequest, reply: FastifyReply, code: string): void {
  remember(request, reply, regionCookie, findRegion(code)?.code ?? '')
}

function remember({ visit: { isSecure } }: FastifyRequest, reply: FastifyReply, name: string, value: string): void {
  reply.header('set-cookie', setCookieOf({ name, value, isSecure, maxAgeSeconds: yearSeconds }))
}
