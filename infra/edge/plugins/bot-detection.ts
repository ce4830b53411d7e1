import { setWithin } from '../bounded-map.ts'
import { listOf, pattern, record } from '../declarative/fields.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

/** Robots, libraries and page checkers that Kong refuses by name, with or without a version. */
const names = `50\\.nu|8bo Crawler|Aboundex|Accoona-|AdsBot-Google|altavista|AppEngine-Google|archive.{0,30}\\.org_bot
  archiver|Ask Jeeves|[Bb]ai[Dd]u[Ss]pider|bingbot|BingPreview|blitzbot|BlogBridge|Bloglovin|boitho.com-dc
  BotSeer|BUbiNG|favicon|\\bYeti|Catchpoint|[Cc]harlotte|Checklinks|clumboot|ConveraCrawler|CRAWL-E|CrawlConvera
  Daumoa|Feed Seeker Bot|Feedbin|findlinks|Flamingo_SearchEngine|FollowSite Bot|furlbot|Genieo|gigabot|GomezAgent|gonzo1
  Googlebot|Google SketchUp|grub-client|heritrix|HiddenMarket|holmes|HooWWWer|htdig|ia_archiver|Icarus6j|ichiro|IconSurf
  IlTrovatore|InfuzApp|InternetArchive|IP2[a-z]{1,30}Bot|jbot\\b|KaloogaBot|Kraken|Kurzor|larbin|LEIA|LesnikBot|Linguee Bot
  LinkAider|LinkedInBot|Lite Bot|Llaut|lycos|Mail\\.RU_Bot|masscan|masidani_bot|Mediapartners-Google|Microsoft .{0,30} Bot
  mogimogi|mozDex|MJ12bot|msnbot|msrbot|Mtps Feed|netresearch|Netvibes|NewsGator|^NING|Nutch|Nymesis|ObjectsSearch|OgScrper
  Orbiter|OOZBOT|PagePeeker|PagesInventory|PaxleFramework|Peeplo Screenshot Bot|PlantyNet_WebRobot|Pompos|Qwantify
  Read%20Later|Reaper|RedCarpet|Retreiver|Riddler|Rival IQ|scooter|Scrapy|Scrubby|searchsight|seekbot|semanticdiscovery
  SemrushBot|Simpy|SimplePie|SEOstats|SimpleRSS|SiteCon|Slackbot-LinkExpanding|Slack-ImgProxy|Slurp|snappy|Squrl Java
  Stringer|TheUsefulbot|ThumbShotsBot|Thumbshots\\.ru|Tiny Tiny RSS|Twitterbot|WhatsApp|URL2PNG|Vagabondo|VoilaBot|^vortex
  Votay bot|^voyager|WASALive.Bot|Web-sniffer|WebThumb|WeSEE:|WhatWeb|WIRE|WordPress|Wotbox|www\\.almaden\\.ibm\\.com
  Xenu(?:.s)? Link Sleuth|Xerka |yacy|YahooSeeker|Yahoo! Slurp|Yandex\\w|YodaoBot|YottaaMonitor|Yowedo|^Zao|ZeBot_|ZooShot
  ZyBorg|Go-http-client|Google-HTTP-Java-Client|Apache-HttpClient|scalaj-http|http%20client|Python-urllib|HttpMonitor
  TLSProber|WinHTTP|JNLP|okhttp|aihttp|reqwest|axios|unirest-(?:java|python|ruby|nodejs|php|net)`

/** Those that it refuses where a version follows. */
const versioned = `Pingdom.com_bot_version_|facebookexternalhit/|NewRelicPinger/|(?:[Aa]rchiver|[Ii]ndexer|[Ss]craper|[Bb]ot
  [Ss]pider|[Cc]rawl[a-z]*)[/ ]|\\b(?:Boto3?|JetS3t|aws-cli|aws-sdk-[a-z]+\\d?|s3fs)/|\\b(?:008|Altresium|Argus|BaiduMobaider|BoardReader
  DNSGroup|DataparkSearch|EDI|Goodzer|Grub|INGRID|Infohelfer|LOOQ|PathDefender|Peew|PostPost|Steeler|VSE|WebCrunch|WebZIP
  Y!J-BR[A-Z]|envolk|sproose|wminer)/|/(?:Axtaris|fetchurl|Isara|ShopSalad|Tailsweep|[A-z]+[Bb]ot|[A-z]+[Ss]pider)[ -]`

const oneOf = (list: string): string => list.split(/\n\s*/).join('|')

/** By Kong's list, which is ua-parser's. */
const robots = [
  new RegExp(oneOf(names)),
  new RegExp(`(?:${oneOf(versioned)})\\d`),
  /[Ss][Pp][Ii][Dd][Ee][Rr]|[Ss]crape|[Cc][Rr][Aa][Ww][Ll]|[^C][^Uu][Bb]ot/,
  /Google.{0,50}\/\+\/web\/snippet|MSIE \d+\.\d+.{0,200} MSIECrawler| PTST\/\d+\.?\d+$/,
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
