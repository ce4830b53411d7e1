import { setWithin } from '../bounded-map.ts'
import { listOf, pattern, record } from '../declarative/fields.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

/** Robots and libraries that Kong refuses too, as they spell themselves. Its own list is longer: a rare one may pass here. */
const named = `Go-http-client Google-HTTP-Java-Client Apache-HttpClient Python-urllib WinHTTP okhttp aihttp axios reqwest
  Slurp Scrapy heritrix Nutch htdig larbin ia_archiver favicon WordPress Netvibes WhatsApp masscan Mediapartners-Google
  BingPreview AdsBot-Google`

/** Those that it refuses where a version follows. */
const versioned = 'facebookexternalhit NewRelicPinger aws-cli Boto Boto3 s3fs [Aa]rchiver [Ii]ndexer WebZIP'

const anyOf = (names: string): string => names.split(/\s+/).join('|')

const robots = [
  new RegExp(anyOf(named)),
  new RegExp(`(?:${anyOf(versioned)})/\\d`),
  /spider|scrape|crawl/i,
  // What ends in 'bot', unless it is Cubot, a maker of telephones.
  /[^C][^Uu][Bb]ot/,
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
