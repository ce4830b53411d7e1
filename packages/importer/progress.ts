/** Where progress is shown: a terminal gets a bar that moves, anything else plain lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  /** Tells how far a step is. */
  update(step: string, done: number, total: number): void
  /** Ends the last bar's line. */
  end(): void
}

const barWidth = 30
const redrawMs = 100

/** A bar redrawn ten times a second at most on a terminal; elsewhere a line at each quarter of each step. */
export function createProgress(output: ProgressOutput, now: () => number = () => performance.now()): Progress {
  let current = ''
  let drawnAt = -Infinity
  let quarter = 0
  const draw = (step: string, done: number, total: number): void => {
    const isWhole = done >= total
    if (step === current && !isWhole && now() - drawnAt < redrawMs) return
    if (current !== '' && step !== current) output.write('\n')
    const filled = Math.floor((done / Math.max(total, 1)) * barWidth)
    output.write(
      `\r${step.padEnd(8)} [${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${percentOf(done, total)} %`,
    )
    drawnAt = now()
  }
  const print = (step: string, done: number, total: number): void => {
    if (step !== current) quarter = 0
    const reached = Math.floor(percentOf(done, total) / 25)
    if (reached > quarter) output.write(`${step} ${reached * 25} %\n`)
    quarter = Math.max(quarter, reached)
  }
  return {
    update(step, done, total) {
      if (output.isTTY) draw(step, done, total)
      else print(step, done, total)
      current = step
    },
    end() {
      if (output.isTTY && current !== '') output.write('\n')
      current = ''
    },
  }
}

function percentOf(done: number, total: number): number {
  return Math.floor((done / Math.max(total, 1)) * 100)
}
