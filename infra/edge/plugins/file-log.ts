import { appendFile, open, type FileHandle } from 'node:fs/promises'
import type { z } from 'zod'
import type { EdgeParts, PluginKind } from '../plugin.ts'
import { createCustomFields, customFields } from './custom-fields.ts'
import { flag, record, text } from '../declarative/fields.ts'
import { logEntryOf } from './log-entry.ts'

const config = record({
  path: text.regex(/^[^*&%\\`]+$/, 'not a valid filename'),
  reopen: flag(false),
  custom_fields_by_lua: customFields,
})

/** Writes one JSON line for each request to a file; with `reopen`, one that log rotation may move away. */
export const fileLog: PluginKind<z.output<typeof config>> = {
  name: 'file-log',
  priority: 9,
  allowsConsumer: true,
  config,
  create(settings, edge) {
    const addCustomFields = createCustomFields(settings.custom_fields_by_lua)
    const file = createLogFile(settings.path, settings.reopen, edge)
    return {
      log(exchange) {
        const entry = logEntryOf(exchange)
        addCustomFields(entry)
        file.write(`${JSON.stringify(entry)}\n`)
      },
      close: () => file.close(),
    }
  },
}

interface LogFile {
  write(line: string): void
  /** Waits for what was written. */
  close(): Promise<void>
}

/** Lines wait in memory while the disk is slow; above this they are dropped. */
const mostWaiting = 16 * 1024 * 1024

function createLogFile(path: string, isReopened: boolean, { warn }: EdgeParts): LogFile {
  let waiting: string[] = []
  let waitingLength = 0
  let kept: FileHandle | undefined
  let writing: Promise<void> | undefined
  const writeAll = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const lines = waiting.join('')
        waiting = []
        waitingLength = 0
        if (isReopened) await appendFile(path, lines)
        else await (kept ??= await open(path, 'a')).appendFile(lines)
      }
    } catch (error) {
      warn(`the log file ${path} cannot be written`, error)
    } finally {
      writing = undefined
    }
  }
  return {
    write(line) {
      if (waitingLength > mostWaiting) return
      waiting.push(line)
      waitingLength += line.length
      writing ??= writeAll()
    },
    async close() {
      await writing
      await kept?.close()
    },
  }
}
