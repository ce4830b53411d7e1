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
    const file = new LogFile(path, warn)
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

class LogFile {
  readonly #path: string
  readonly #warn: Warn
  #waiting = ''
  #writing: Promise<void> | undefined

  constructor(path: string, warn: Warn) {
    this.#path = path
    this.#warn = warn
  }

  write(line: string): void {
    if (this.#waiting.length > mostWaiting) return
    this.#waiting += line
    this.#writing ??= this.#writeAll()
  }

  /** Waits for what was written. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting !== '') {
        const lines = this.#waiting
        this.#waiting = ''
        await appendFile(this.#path, lines)
      }
    } catch (error) {
      this.#warn(`the log file ${this.#path} cannot be written`, error)
    } finally {
      this.#writing = undefined
    }
  }
}
