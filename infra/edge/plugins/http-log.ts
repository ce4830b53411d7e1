import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import { z } from 'zod'
import type { EdgeParts, PluginKind } from '../plugin.ts'
import { createCustomFields, customFields } from './custom-fields.ts'
import { integer, number, oneOf, record, text } from './fields.ts'
import { logEntryOf } from './log-entry.ts'

const queue = record({
  max_batch_size: integer().min(1).max(1_000_000).default(1),
  max_coalescing_delay: number().min(0).max(3600).default(1),
  max_entries: integer().min(1).max(1_000_000).default(10_000),
  max_bytes: integer().optional(),
  max_retry_time: number().default(60),
  initial_retry_delay: number().min(0.001).max(1_000_000).default(0.01),
  max_retry_delay: number().min(0.001).max(1_000_000).default(60),
  concurrency_limit: integer().default(1),
})

const config = record({
  http_endpoint: text().refine((url) => URL.canParse(url), 'missing host in url'),
  method: oneOf('POST', 'PUT', 'PATCH').default('POST'),
  content_type: oneOf('application/json', 'application/json; charset=utf-8').default('application/json'),
  timeout: number().default(10_000),
  keepalive: number().default(60_000),
  headers: z.record(text(), text()).optional(),
  queue: queue.prefault({}),
  custom_fields_by_lua: customFields,
})
type Settings = z.output<typeof config>

/** Sends every entry to an HTTP server, in order and apart from the requests; one that fails is tried again. */
export const httpLog: PluginKind<Settings> = {
  name: 'http-log',
  priority: 12,
  allowsConsumer: true,
  config,
  create(settings, edge) {
    const addCustomFields = createCustomFields(settings.custom_fields_by_lua)
    const sender = createSender(settings, edge)
    return {
      log(exchange) {
        const entry = logEntryOf(exchange)
        addCustomFields(entry)
        sender.add(JSON.stringify(entry))
      },
      close: () => sender.close(),
    }
  },
}

interface Sender {
  add(entry: string): void
  /** Sends what waits, each batch tried once more at most. */
  close(): Promise<void>
}

function createSender(settings: Settings, { warn }: EdgeParts): Sender {
  const { queue: limits } = settings
  const agent = new Agent({ keepAliveTimeout: settings.keepalive, connections: 1 })
  const closing = new AbortController()
  let waiting: string[] = []
  let sending: Promise<void> | undefined
  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (limits.max_batch_size > 1 && waiting.length < limits.max_batch_size) {
        await rest(limits.max_coalescing_delay, closing.signal)
      }
      await sendWithRetries(waiting.splice(0, limits.max_batch_size))
    }
    sending = undefined
  }
  const sendWithRetries = async (batch: readonly string[]): Promise<void> => {
    const giveUpAt = Date.now() + limits.max_retry_time * 1000
    for (let delay = limits.initial_retry_delay; ; delay = Math.min(delay * 2, limits.max_retry_delay)) {
      try {
        return await send(settings, agent, batch)
      } catch (error) {
        if (Date.now() < giveUpAt && !closing.signal.aborted) await rest(delay, closing.signal)
        else return warn(`${batch.length} log entries could not be sent`, error)
      }
    }
  }
  return {
    add(entry) {
      if (waiting.length >= limits.max_entries) waiting = waiting.slice(1)
      waiting.push(entry)
      sending ??= sendAll()
    },
    async close() {
      closing.abort()
      await sending
      await agent.close()
    },
  }
}

async function send(settings: Settings, agent: Agent, batch: readonly string[]): Promise<void> {
  const { origin, pathname, search, username, password } = new URL(settings.http_endpoint)
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const { statusCode, body } = await agent.request({
    origin,
    path: `${pathname}${search}`,
    method: settings.method,
    headers: {
      'content-type': settings.content_type,
      ...(username && { authorization: `Basic ${basic}` }),
      ...settings.headers,
    },
    body: settings.queue.max_batch_size === 1 ? (batch[0] ?? '') : `[${batch.join(',')}]`,
    signal: AbortSignal.timeout(settings.timeout),
  })
  await body.dump()
  if (statusCode < 200 || statusCode >= 300) throw new Error(`the log server answered ${statusCode}`)
}

async function rest(seconds: number, signal: AbortSignal): Promise<void> {
  await pause(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
