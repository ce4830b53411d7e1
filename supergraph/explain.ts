import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isOfSupergraph } from './operations.ts'
import { explainPlan } from './planner/explain.ts'
import { isRow } from './planner/representations.ts'

/**
 * Puts the plan, as text, into `extensions.explain` of answers whose request asks for it: by `"extensions":
 * {"explain": true}` or the header `x-explain: 1`. For development only: it tells which services there are.
 */
export function addExplain(app: FastifyInstance): void {
  app.graphql.addHook('onResolution', async (execution, context) => {
    // Over WebSocket there is no reply, whatever the types say.
    const request: FastifyRequest | undefined = context.reply?.request
    if (!request || !isOfSupergraph(context) || !context.planned || !asksToExplain(request)) return
    execution.extensions = { ...execution.extensions, explain: explainPlan(context.planned.plan.requests) }
  })
}

function asksToExplain({ headers, body }: FastifyRequest): boolean {
  if (headers['x-explain'] !== undefined) return true
  return isRow(body) && isRow(body['extensions']) && body['extensions']['explain'] === true
}
