import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { timeServing } from './serving.ts'

const fitProgram = fileURLToPath(new URL('fit.ts', import.meta.url))

/** What is fitted, with the target that it is to meet. */
const fits = [
  { name: '100,000 ratings, 943 users, 1,682 titles', size: [943, 1682, 100_000], targetSeconds: 3 },
  { name: '1,000,000 ratings, 6,022 users, 3,043 titles', size: [6022, 3043, 1_000_000], targetSeconds: 45 },
] as const
const targetMebibytes = 1024
const targetP99 = 20

/** How long a fit takes and what it holds, and how long a viewer waits within the service. */
export async function benchRecommendations({ isQuick }: { readonly isQuick: boolean }): Promise<string> {
  const rows = fits.map(({ name, size, targetSeconds }) => {
    const output = execFileSync(process.execPath, [fitProgram, ...size.map(String)], { encoding: 'utf8' })
    // `as`: what fit.ts prints.
    const { seconds, mebibytes } = JSON.parse(output) as { seconds: number; mebibytes: number }
    return `| ${name} | ${seconds.toFixed(1)} s | ${targetSeconds} s | ${Math.round(mebibytes)} MiB | ${targetMebibytes} MiB |`
  })
  const { sorted, model } = await timeServing(isQuick ? 300 : 2000)
  const at = (share: number): string => `${(sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1)} ms`
  return [
    ['| fit | took | target | memory at most | target |', '|---|--:|--:|--:|--:|', ...rows].join('\n'),
    `A region's top 20 with reasons, 10,000 titles, viewers with 200 ratings, ${sorted.length} requests one after the other on SQLite (${model}):`,
    [
      '| median | p90 | p99 | target p99 |',
      '|--:|--:|--:|--:|',
      `| ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${targetP99} ms |`,
    ].join('\n'),
  ].join('\n\n')
}
