// pnpm secrets:generate: makes the secrets that compose and a local cluster need, in files that git ignores. What is there
// already stays as it is; a line taken out of infra/compose/.env is made anew.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { generateSecrets } from './secrets/generate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

await runCommand('secrets:generate', async () => {
  parseArgs({ options: {} })
  for (const path of await generateSecrets(root)) console.log(`wrote ${relative(root, path)}`)
})
