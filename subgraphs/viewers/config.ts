import {
  databaseSettings,
  portSetting,
  readConfig,
  secretSetting,
  serviceSettings,
  type DatabaseConfig,
  type ServiceConfig,
} from '@movieverse/service/config.ts'
import { z } from 'zod'

const erasureSettings = {
  /** Under which the ids of erased viewers are hashed; another secret forgets whom to refuse. */
  ERASURE_SECRET: secretSetting('erasure-secret'),
  /**
   * How long a token of the edge can be worth anything, and so an erased viewer's id is refused: a refresh token's 14 days,
   * and the two hours of the access token that it buys at the end.
   */
  LONGEST_TOKEN_LIFETIME_S: z.coerce.number().int().min(60).max(400_000_000).default(1_216_800),
}

type ErasureConfig = Readonly<z.output<z.ZodObject<typeof erasureSettings>>>

/** Settings of the viewers' service. */
export type ViewersServiceConfig = ServiceConfig & DatabaseConfig & ErasureConfig

/** Reads the environment. */
export function readViewersConfig(env?: Readonly<Record<string, string | undefined>>): ViewersServiceConfig {
  const settings = { ...serviceSettings, ...databaseSettings, ...erasureSettings, PORT: portSetting(8061) }
  return readConfig(z.object(settings), env)
}
