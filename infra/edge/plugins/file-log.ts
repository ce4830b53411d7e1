import { appendFile } from 'node:fs/promises'
import { z } from 'zod'
import { flag, record, text } from '../declarative/fields.ts'
import { isRecord } from '../json-fields.ts'
import { pluginKind, type Warn } from '../plugin.ts'
import { logEntryOf, type LogEntry } from './log-entry.ts'

const nothing = text.regex(/^\s*return\s+nil\s*;?\s*$/, 'the embedded edge knows `return nil` of Lua: run Kong')

/** Writes one JSON line for each request to a file, which log rotation may move away. */
export const fileLog = pluginKind({
  name: 'file-log',
  priority: 9,
  allowsConsumer: true,
  config: record({
    path: text.regex(/^[^*&%\\`]+$/, 'not a valid filename'),
    /** Kong keeps the file open without it; here it is opened for every write. */
    reopen: flag(false),
    /** Of Lua the embedded edge knows `return nil`, which takes a field out; a dotted name leads into records. */
    custom_fields_by_lua: z.record(text, nothing).default({}),
  }),
  create({ path, custom_fields_by_lua: fields }, { warn }) {
    // A backslash before a dot keeps it in the name.
    const hidden = Object.keys(fields).map((name) => name.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.')))
    const file = openLogFile(path, warn)
    return {
      log(exchange) {
        const entry = logEntryOf(exchange)
        for (const name of hidden) takeOut(entry, name)
        file.write(`${JSON.stringify(entry)}\n`)
      },
      close: () => file.close(),
    }
  },
})

function takeOut(entry: LogEntry, [name = '', ...rest]: readonly string[]): void {
  const inner = entry[name]
  if (rest.length === 0) delete entry[name]
  else if (isRecord(inner)) {
    // A copy: entities are shared with other entries.
    const copy = { ...inner }
    entry[name] = copy
    takeOut(copy, rest)
  }
}

/** Lines wait in memory while the disk is slow; above this they are dropped. */
const mostWaiting = 16 * 1024 * 1024

interface LogFile {
  write(line: string): void
  /** Waits for what was written. */
  close(): Promise<void>
}

function openLogFile(path: string, warn: Warn): LogFile {
  let waiting = ''
  let writing: Promise<void> | undefined
  const writeAll = async (): Promise<void> => {
    try {
      while (waiting !== '') {
        const lines = waiting
        waiting = ''
        await appendFile(path, lines)
      }
    } catch (error) {
      warn(`the log file ${path} cannot be written`, error)
    } finally {
      writing = undefined
    }
  }
  return {
    write(line) {
      if (waiting.length <= mostWaiting) waiting += line
      writing ??= writeAll()
    },
    close: async () => writing,
  }
}
