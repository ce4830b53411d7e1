import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import type { ChangeResult } from '@movieverse/viewers/change-runner.ts'
import type { ChangeOf, FeedbackName } from '@movieverse/viewers/viewer-changes.ts'
import type { ViewersContext } from '../context.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { eraseMe } from './erase-me.ts'
import { keyOf, profileChangeOf, progressOf, titleOf } from './inputs.ts'

/** What viewers change. Each asks for the viewer first, so that nothing is looked at for anybody else. */
export const mutationResolvers = {
  Mutation: {
    rateMovie: (_root, { input }, context) =>
      change(context, 'rateMovie', 'ratings', input, (of) => context.changes.rate(of, titleOf(input), input.stars)),
    removeRating: (_root, { input }, context) => remove(context, 'removeRating', 'ratings', input),
    addToWatchlist: (_root, { input }, context) =>
      change(context, 'addToWatchlist', 'watchlist', input, (of) => context.changes.addToWatchlist(of, titleOf(input))),
    removeFromWatchlist: (_root, { input }, context) => remove(context, 'removeFromWatchlist', 'watchlist', input),
    recordProgress: (_root, { input }, context) =>
      change(context, 'recordProgress', 'history', input, (of) =>
        context.changes.recordProgress(of, titleOf(input), progressOf(input)),
      ),
    removeFromHistory: (_root, { input }, context) => remove(context, 'removeFromHistory', 'history', input),
    hideMovie: (_root, { input }, context) =>
      change(context, 'hideMovie', 'hidden', input, (of) => context.changes.hide(of, titleOf(input))),
    unhideMovie: (_root, { input }, context) => remove(context, 'unhideMovie', 'hidden', input),
    updateProfile: (_root, { input }, context) =>
      change(context, 'updateProfile', 'profiles', input, (of) =>
        context.changes.changeProfile(of, profileChangeOf(input)),
      ),
    async eraseMe(_root, { input }, context) {
      keyOf(input)
      return eraseMe(context)
    },
  },
} satisfies SubgraphResolvers<Resolvers>

interface Keyed {
  readonly idempotencyKey?: string | null
}

/** Runs a change as the one who asks, counts what became of it, and has everything read anew after it. */
async function change<Value>(
  { session, feedback, metrics }: ViewersContext,
  operation: string,
  noun: FeedbackName | 'profiles',
  input: Keyed,
  run: (of: ChangeOf) => Promise<ChangeResult<Value>>,
): Promise<ChangeResult<Value>> {
  const { id: viewerId } = await session.viewer('viewer:write')
  const result = await run({ viewerId, idempotencyKey: keyOf(input), now: session.now })
  session.forget()
  feedback.forget()
  const outcome = result.isReplay ? 'replayed' : 'errors' in result ? 'refused' : 'ok'
  metrics[noun].inc({ operation, outcome })
  return result
}

function remove(
  context: ViewersContext,
  operation: string,
  list: FeedbackName,
  input: Keyed & { readonly movieId: string },
): ReturnType<ViewersContext['changes']['remove']> {
  return change(context, operation, list, input, (of) => context.changes.remove(of, list, titleOf(input)))
}
