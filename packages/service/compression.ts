import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import type { FastifyInstance } from 'fastify'

/** Answers below this many bytes fit a packet or two as they are. */
export const compressionThresholdBytes = 1400

/**
 * Compresses answers for clients that accept brotli or gzip, at levels that cost less time than they save on the wire.
 * Compressed request bodies are not taken: a small one can grow beyond any limit.
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: compressionThresholdBytes,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 5 },
  })
}
