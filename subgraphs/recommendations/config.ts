import {
  databaseSettings,
  portSetting,
  readConfig,
  serviceSettings,
  type DatabaseConfig,
  type ServiceConfig,
} from '@movieverse/service/config.ts'
import { z } from 'zod'

const modelSettings = {
  /** A model trained longer ago is not served. */
  MODEL_MAX_AGE_HOURS: z.coerce.number().positive().max(87_600).default(720),
  /** How often what is popular is counted. */
  POPULARITY_INTERVAL_S: z.coerce.number().int().min(1).max(86_400).default(300),
}

type ModelConfig = Readonly<z.output<z.ZodObject<typeof modelSettings>>>

/** Settings of the recommendations' service. */
export type RecommendationsServiceConfig = ServiceConfig & DatabaseConfig & ModelConfig

/** Reads the environment. */
export function readRecommendationsConfig(
  env?: Readonly<Record<string, string | undefined>>,
): RecommendationsServiceConfig {
  const settings = { ...serviceSettings, ...databaseSettings, ...modelSettings, PORT: portSetting(8062) }
  return readConfig(z.object(settings), env)
}
