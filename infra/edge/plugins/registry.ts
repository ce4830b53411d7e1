import type { PluginKind } from '../plugin.ts'
import { acl } from './acl.ts'
import { botDetection } from './bot-detection.ts'
import { correlationId } from './correlation-id.ts'
import { cors } from './cors.ts'
import { fileLog } from './file-log.ts'
import { ipRestriction } from './ip-restriction.ts'
import { keyAuth } from './key-auth.ts'
import { oauth2 } from './oauth2.ts'
import { opentelemetry } from './opentelemetry.ts'
import { prometheus } from './prometheus.ts'
import { proxyCache } from './proxy-cache.ts'
import { rateLimiting } from './rate-limiting.ts'
import { requestSizeLimiting } from './request-size-limiting.ts'
import { requestTermination } from './request-termination.ts'
import { requestTransformer } from './request-transformer.ts'
import { responseTransformer } from './response-transformer.ts'

/** Every kind of plugin that the embedded edge has. */
export const pluginKinds: readonly PluginKind[] = [
  acl,
  botDetection,
  correlationId,
  cors,
  fileLog,
  ipRestriction,
  keyAuth,
  oauth2,
  opentelemetry,
  prometheus,
  proxyCache,
  rateLimiting,
  requestSizeLimiting,
  requestTermination,
  requestTransformer,
  responseTransformer,
]
