import { findRegion, regions } from '@movieverse/regions/regions.ts'
import {
  databaseSettings,
  portSetting,
  readConfig,
  serviceSettings,
  type DatabaseConfig,
  type ServiceConfig,
} from '@movieverse/service/config.ts'
import { z } from 'zod'

/** Settings of one region's service; REGION is the code of its home. */
export type RegionServiceConfig = ServiceConfig & DatabaseConfig & { readonly REGION: string }

const error = `must be one of ${regions.map(({ code }) => code).join(', ')}`
const regionSetting = z.string({ error }).refine((code) => findRegion(code) !== undefined, { error })

/** Reads the environment; PORT is the region's own port of subgraphs/regions.json unless it is given. */
export function readRegionConfig(env?: Readonly<Record<string, string | undefined>>): RegionServiceConfig {
  const { REGION } = readConfig(z.object({ REGION: z.string().default('') }), env)
  const schema = z.object({
    ...serviceSettings,
    ...databaseSettings,
    REGION: regionSetting,
    // Without a known region nothing is answered, and its port is no problem of its own.
    PORT: portSetting(findRegion(REGION)?.port ?? 0),
  })
  return readConfig(schema, env)
}
