import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '@movieverse/service/errors.ts'
import { publicErrorOf, statusOf } from '@movieverse/service/rest-errors.ts'
import { html } from '../http/html.ts'
import { PageError, type PageProblem } from './page-error.ts'
import type { Pages } from './pages/pages.ts'

const problemOfCode: Partial<Record<ErrorCode, PageProblem>> = {
  NOT_FOUND: 'notFound',
  PAYLOAD_TOO_LARGE: 'tooLarge',
  SERVICE_UNAVAILABLE: 'busy',
}

interface Problem {
  readonly problem: PageProblem
  readonly status: number
}

/** Answers errors of this scope with a page in the visitor's language; what is not the visitor's doing is logged. */
export function addErrorPages(app: FastifyInstance, pages: Pages): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { problem, status } = problemOf(error)
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    return sendProblem(pages, request, reply, problem, status)
  })
}

/** A page that says what is wrong and what to do; where the mistake is ours, with the number to find it in the log. */
export function sendProblem(
  pages: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: PageProblem,
  status: number,
): FastifyReply {
  const [title, text] = request.visit.messages.problems[problem]
  if (problem === 'busy' || problem === 'edgeDown') reply.header('retry-after', 5)
  const body = html`<p>${text}</p>
    ${problem === 'internal' && html`<p><code>${request.id}</code></p>`}`
  return pages.send(request, reply, { title, body }, { status })
}

function problemOf(error: unknown): Problem {
  if (error instanceof PageError) return { problem: error.problem, status: error.status }
  const known = publicErrorOf(error)
  if (!known) return { problem: 'internal', status: 500 }
  return { problem: problemOfCode[known.code] ?? 'badRequest', status: statusOf(known.code) }
}
