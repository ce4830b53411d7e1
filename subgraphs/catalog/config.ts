import {
  databaseSettings,
  portSetting,
  readConfig,
  serviceSettings,
  type DatabaseConfig,
  type ServiceConfig,
} from '@movieverse/service/config.ts'
import { z } from 'zod'

/** Settings of the catalogue's service. */
export type CatalogServiceConfig = ServiceConfig & DatabaseConfig

/** Reads the environment. */
export function readCatalogConfig(env?: Readonly<Record<string, string | undefined>>): CatalogServiceConfig {
  return readConfig(z.object({ ...serviceSettings, ...databaseSettings, PORT: portSetting(8060) }), env)
}
