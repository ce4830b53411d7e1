/** One instruction of a Dockerfile, its lines joined. */
export interface Instruction {
  readonly name: string
  readonly value: string
}

/** The instructions of a Dockerfile in their order; comments are left out. */
export function readInstructions(text: string): Instruction[] {
  const joined = text.replaceAll(/^#.*\n/gmu, '').replaceAll(/\\\n\s*/gu, '')
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/u)
      return { name: name.toUpperCase(), value: rest.join(' ') }
    })
}

type Rule = readonly [name: string, holds: (all: readonly Instruction[], last: readonly Instruction[]) => boolean]

const rules: readonly Rule[] = [
  ['FROM takes its tag from images.json', (all) => every(all, 'FROM', (value) => value.startsWith('${NODE_IMAGE}'))],
  ['ARG NODE_IMAGE has no default', (all) => all.some(({ name, value }) => name === 'ARG' && value === 'NODE_IMAGE')],
  ['USER is a number, and not root’s', (_, last) => one(last, 'USER', (value) => /^[1-9]\d*:[1-9]\d*$/u.test(value))],
  ['ADD is not used', (all) => all.every(({ name }) => name !== 'ADD')],
  ['HEALTHCHECK runs no shell', (_, last) => one(last, 'HEALTHCHECK', (value) => value.includes('CMD ["node",'))],
  ['STOPSIGNAL is SIGTERM', (_, last) => one(last, 'STOPSIGNAL', (value) => value === 'SIGTERM')],
  ['ENTRYPOINT runs no shell', (_, last) => one(last, 'ENTRYPOINT', (value) => value.startsWith('["node",'))],
  [
    'the last stage takes only what was built',
    (_, last) => every(last, 'COPY', (value) => value.startsWith('--from=build ')),
  ],
  ['the last stage runs nothing', (_, last) => last.every(({ name }) => name !== 'RUN')],
  [
    'pnpm installs what the lockfile says, for production',
    (all) => all.some(({ name, value }) => name === 'RUN' && /install --prod --frozen-lockfile/u.test(value)),
  ],
]

/** The rules that a Dockerfile breaks, by name. */
export function findProblems(instructions: readonly Instruction[]): string[] {
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
  return rules.filter(([, holds]) => !holds(instructions, last)).map(([name]) => name)
}

function every(instructions: readonly Instruction[], name: string, holds: (value: string) => boolean): boolean {
  return instructions.filter((instruction) => instruction.name === name).every(({ value }) => holds(value))
}

function one(instructions: readonly Instruction[], name: string, holds: (value: string) => boolean): boolean {
  return (
    instructions.filter((instruction) => instruction.name === name).length === 1 && every(instructions, name, holds)
  )
}
