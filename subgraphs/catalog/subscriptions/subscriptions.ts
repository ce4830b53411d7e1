import type { SubscribeResolver } from '@movieverse/service/graphql.ts'
import { mapEvents } from '@movieverse/service/event-stream.ts'
import type { SubscriptionavailabilityChangedArgs } from '../generated/resolvers.ts'
import type { ChangeFeed } from './change-feed.ts'

/** What starts the catalogue's subscriptions. */
export function createSubscriptions(feed: ChangeFeed): Readonly<Record<string, SubscribeResolver>> {
  return {
    async availabilityChanged(_root: unknown, { region }: SubscriptionavailabilityChangedArgs) {
      const changes = await feed.subscribe(region ?? null)
      return mapEvents(
        changes,
        async (availabilityChanged) => ({ availabilityChanged }),
        () => {},
      )
    },
  }
}
