import { readFile } from 'node:fs/promises'
import { briefIdling } from '@movieverse/service/brief-idling.ts'
import { Agent } from 'undici'

/** Connections to the edge over https; its certificate is checked, and read again when its file changes. */
export interface EdgeConnections {
  current(): Promise<Agent>
  /** The certificate, or its issuer's, that the edge must show; null for the machine's own list. */
  trusted(): Promise<string | null>
  close(): Promise<void>
}

export interface EdgeConnectionLimits {
  /** How long connecting, headers and bodies may take each. */
  readonly timeoutMs: number
  readonly maxAnswerBytes: number
}

/** `caFile` holds what `trusted` answers. */
export function createEdgeConnections(caFile: string | null, limits: EdgeConnectionLimits): EdgeConnections {
  const { timeoutMs, maxAnswerBytes } = limits
  let known: { readonly ca: string | null; readonly agent: Agent } | undefined
  const trusted = async (): Promise<string | null> => (caFile === null ? null : readFile(caFile, 'utf8'))
  return {
    trusted,
    async current() {
      const ca = await trusted()
      if (known && known.ca === ca) return known.agent
      void known?.agent.close()
      const agent = new Agent({
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        maxResponseSize: maxAnswerBytes,
        ...briefIdling,
        connect: { timeout: timeoutMs, ...(ca === null ? {} : { ca }) },
      })
      known = { ca, agent }
      return agent
    },
    async close() {
      await known?.agent.close()
    },
  }
}
