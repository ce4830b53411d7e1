import { flag, integer, oneOf, record } from '../declarative/fields.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

const bytesPer = { megabytes: 2 ** 20, kilobytes: 2 ** 10, bytes: 1 } as const

/** Refuses bodies above a size, chunked ones too. */
export const requestSizeLimiting = pluginKind({
  name: 'request-size-limiting',
  priority: 951,
  allowsConsumer: true,
  config: record({
    allowed_payload_size: integer.default(128),
    size_unit: oneOf('megabytes', 'kilobytes', 'bytes').default('megabytes'),
    require_content_length: flag(false),
  }),
  create({ allowed_payload_size: size, size_unit: unit, require_content_length: needsLength }) {
    const limit = size * bytesPer[unit]
    return {
      access({ request: { body, headers, expectsContinue } }) {
        if (needsLength && !body.isChunked && !headers.has('content-length')) {
          return errorAnswer(411, 'A valid Content-Length header is required')
        }
        const judge = (isTooLong: boolean): OwnAnswer | undefined =>
          isTooLong ? errorAnswer(expectsContinue ? 417 : 413, 'Request size limit exceeded') : undefined
        const isTooLong = body.isLongerThan(limit)
        return typeof isTooLong === 'boolean' ? judge(isTooLong) : isTooLong.then(judge)
      },
    }
  },
})
