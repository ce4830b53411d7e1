import { setWithin } from '../bounded-map.ts'
import { listOf, pattern, record } from '../declarative/fields.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

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
export const botDetection = pluginKind({
  name: 'bot-detection',
  priority: 2500,
  allowsConsumer: false,
  config: record({ allow: listOf(pattern).default([]), deny: listOf(pattern).default([]) }),
  create({ allow, deny }) {
    const allowed = allow.map((source) => new RegExp(source))
    const denied = [...deny.map((source) => new RegExp(source)), ...robots]
    const verdicts = new Map<string, boolean>()
    const isRefused = (agent: string): boolean => {
      const known = verdicts.get(agent)
      if (known !== undefined) return known
      const matches = (rule: RegExp): boolean => rule.test(agent.trim())
      const verdict = !allowed.some(matches) && denied.some(matches)
      setWithin(verdicts, mostRemembered, agent, verdict)
      return verdict
    }
    return {
      access({ request }) {
        const [agent, ...others] = request.headers.getAll('user-agent')
        if (others.length > 0) return errorAnswer(400, 'Only one User-Agent header allowed')
        return agent && isRefused(agent) ? errorAnswer(403, 'Forbidden') : undefined
      },
    }
  },
})
