import { readFileSync } from 'node:fs'

/** What a process has in physical memory, in MiB: now, and at most since it started. */
export interface ResidentMemory {
  readonly now: number
  readonly peak: number
}

/** Reads it from /proc; Linux only. */
export function residentMemory(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mebibytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`, 'u').exec(status)?.[1]) / 1024
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') }
}
