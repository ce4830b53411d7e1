import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { environmentOf } from '@movieverse/service/config.ts'

/** What `pnpm start` gives the edge to read: rendered anew at every start. */
export const kongConfigFile = fileURLToPath(new URL('../../data/edge/kong.yml', import.meta.url))

/**
 * Renders kong.yml for services on this machine. The access log stands beside it unless EDGE_ACCESS_LOG names another.
 * Throws a ConfigError where the environment is wrong.
 */
export async function prepareEdge(): Promise<void> {
  const config = readKongConfig({ EDGE_ACCESS_LOG: join(dirname(kongConfigFile), 'access.log'), ...environmentOf({}) })
  await writeKongYaml(kongConfigFile, renderKongYaml(config))
}
