// pnpm kong:render [--out kong.yml]: writes the edge's configuration, for Kong and for the embedded edge alike.
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { readKongConfig } from './config.ts'
import { renderKongYaml, writeKongYaml } from './kong-yaml.ts'

await runCommand('kong:render', async () => {
  const { values } = parseArgs({ options: { out: { type: 'string', short: 'o' } } })
  const text = renderKongYaml(readKongConfig())
  if (values.out === undefined) process.stdout.write(text)
  else await writeKongYaml(values.out, text)
})
