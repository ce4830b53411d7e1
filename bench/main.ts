import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchEdge } from './edge/edge.bench.ts'
import { benchGateway } from './gateway/gateway.bench.ts'
import { benchRecommendations } from './recommendations/recommendations.bench.ts'
import { benchRest } from './titles/rest.bench.ts'
import { benchTitles } from './titles/titles.bench.ts'
import { benchWebsite } from './website/website.bench.ts'

/** Each prints a section of Markdown for bench/README.md. */
const benchmarks: Readonly<Record<string, (options: { readonly isQuick: boolean }) => Promise<string>>> = {
  titles: benchTitles,
  rest: benchRest,
  gateway: benchGateway,
  edge: benchEdge,
  recommendations: benchRecommendations,
  website: benchWebsite,
}

/** With --quick, the long ones do a smoke run whose numbers are worth little. */
const { positionals: asked, values } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } })
const unknown = asked.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}: there are ${Object.keys(benchmarks).join(', ')}`)
  process.exit(2)
}

const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
console.log(`${new Date().toISOString().slice(0, 10)} on ${machine}`)
for (const [name, run] of Object.entries(benchmarks)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n## ${name}\n\n${await run({ isQuick: values.quick === true })}`)
}
