import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'

export interface LogLine {
  /** Pino's: 30 is info, 50 error. */
  readonly level: number
  readonly msg: string
}

/** What an app logs from now on, which is written nowhere else. */
export function logLinesOf(app: FastifyInstance): LogLine[] {
  const lines: LogLine[] = []
  // `as`: pino keeps its stream under a symbol, which Fastify's type of a logger does not have.
  const { [pino.symbols.streamSym]: stream } = app.log as unknown as Record<symbol, { write(line: string): void }>
  if (!stream) throw new Error('not a logger of pino')
  stream.write = (line) => void lines.push(JSON.parse(line))
  return lines
}
