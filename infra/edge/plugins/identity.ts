import type { Credentials } from '../credentials.ts'
import type { ConsumerEntity } from '../declarative/entities.ts'
import type { Exchange } from '../exchange.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'

/** What a credential is known by: its id for logs and limits, and the text that the service sees. */
export interface Credential {
  readonly id: string
  readonly identifier: string
}

/** Makes a consumer the caller, with its headers in the place of what the client may have sent under their names. */
export function identify(exchange: Exchange, consumer: ConsumerEntity, credential: Credential | undefined): void {
  exchange.consumer = consumer
  exchange.credential = credential && { id: credential.id }
  setIdentityHeader(exchange, 'X-Consumer-ID', consumer.id)
  setIdentityHeader(exchange, 'X-Consumer-Custom-ID', consumer.custom_id)
  setIdentityHeader(exchange, 'X-Consumer-Username', consumer.username)
  setIdentityHeader(exchange, 'X-Credential-Identifier', credential?.identifier)
  setIdentityHeader(exchange, 'X-Anonymous-Consumer', credential ? undefined : 'true')
}

/** Sets a header that only the edge may set, or removes it. */
export function setIdentityHeader({ request }: Exchange, name: string, value: string | undefined): void {
  if (value === undefined) request.headers.remove(name)
  else request.headers.set(name, value)
}

/** Lets the request pass as the anonymous consumer; an answer where kong.yml names one that does not exist. */
export function passAsAnonymous(
  exchange: Exchange,
  anonymous: string,
  credentials: Credentials,
): OwnAnswer | undefined {
  const consumer = credentials.consumers.get(anonymous)
  if (!consumer) return errorAnswer(500, 'An unexpected error occurred')
  identify(exchange, consumer, undefined)
  return undefined
}
