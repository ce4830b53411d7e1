import type { z } from 'zod'
import type { EdgeRequest, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { flag, integer, oneOf, record } from '../declarative/fields.ts'
import { errorAnswer } from './own-answers.ts'

const bytesPer = { megabytes: 2 ** 20, kilobytes: 2 ** 10, bytes: 1 } as const

const config = record({
  allowed_payload_size: integer.default(128),
  size_unit: oneOf('megabytes', 'kilobytes', 'bytes').default('megabytes'),
  require_content_length: flag(false),
})

/** Refuses bodies above a size, chunked ones too. */
export const requestSizeLimiting: PluginKind<z.output<typeof config>> = {
  name: 'request-size-limiting',
  priority: 951,
  allowsConsumer: true,
  config,
  create({ allowed_payload_size: size, size_unit: unit, require_content_length: needsLength }) {
    const limit = size * bytesPer[unit]
    return {
      access({ request }) {
        if (needsLength && !request.isChunked && !request.headers.has('content-length')) {
          return errorAnswer(411, 'A valid Content-Length header is required')
        }
        const isTooLong = request.isBodyLongerThan(limit)
        if (typeof isTooLong === 'boolean') return isTooLong ? refusal(request) : undefined
        return isTooLong.then((tooLong) => (tooLong ? refusal(request) : undefined))
      },
    }
  },
}

function refusal({ expectsContinue }: EdgeRequest): OwnAnswer {
  return errorAnswer(expectsContinue ? 417 : 413, 'Request size limit exceeded')
}
