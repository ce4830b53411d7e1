import type { z } from 'zod'
import type { PluginKind } from '../plugin.ts'
import { listOf, pattern, record } from '../declarative/fields.ts'
import { errorAnswer } from './own-answers.ts'

const config = record({
  allow: listOf(pattern).default([]),
  deny: listOf(pattern).default([]),
})

/** Robots that Kong refuses too. Its own list (ua-parser's) is longer: a rare one may pass here. */
const robots = [
  /spider|scrap(e|y)|crawl|slurp/i,
  /[^C][^Uu][Bb]ot/,
  /archiver|indexer|heritrix|nutch|htdig|larbin|favicon|webzip|wordpress|netvibes/i,
  /facebookexternalhit\/\d|linkedin|pingdom\.com_bot|yandex\w+|mediapartners-google/i,
  /go-http-client|google-http-java-client|apache-httpclient|python-urllib|winhttp|okhttp\/\d|axios\/\d|semrush|ahrefs/i,
]

const mostRemembered = 1000

/** Refuses robots by their User-Agent; what `allow` matches passes, what `deny` matches does not. */
export const botDetection: PluginKind<z.output<typeof config>> = {
  name: 'bot-detection',
  priority: 2500,
  allowsConsumer: false,
  config,
  create(settings) {
    const allowed = settings.allow.map((source) => new RegExp(source))
    const denied = [...settings.deny.map((source) => new RegExp(source)), ...robots]
    const judge = (agent: string): boolean =>
      !allowed.some((rule) => rule.test(agent)) && denied.some((rule) => rule.test(agent))
    const remembered = new Map<string, boolean>()
    const isRefused = (agent: string): boolean => {
      const known = remembered.get(agent)
      if (known !== undefined) return known
      const verdict = judge(agent.trim())
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(agent, verdict)
      return verdict
    }
    return {
      access({ request }) {
        const agents = request.headers.getAll('user-agent')
        if (agents.length > 1) return errorAnswer(400, 'Only one User-Agent header allowed')
        const [agent] = agents
        return agent && isRefused(agent) ? errorAnswer(403, 'Forbidden') : undefined
      },
    }
  },
}
