import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// graphql is loaded as ESM by our code and as CommonJS by mercurius; one copy only, or instanceof checks fail.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

/** What every project of whole processes has. */
const endToEnd = {
  globalSetup: ['tests/support/global-mariadb.ts', 'tests/support/global-catalogue.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const rank = ({ project, moduleId }: TestSpecification): number =>
  project.config.sequence.groupOrder * 2 + (moduleId.endsWith('/recorded.e2e.test.ts') ? 0 : 1)

/** Begins with what waits for a fresh minute and does nothing meanwhile, so that the others run beside it. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  resolve,
  test: {
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            '**/*.db.test.ts',
            '**/*.e2e.test.ts',
            '**/*.infra.test.ts',
            'bench/peers/**',
          ],
        },
      },
      {
        resolve,
        test: {
          name: 'infra',
          include: ['**/*.infra.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/support/global-infra-tools.ts'],
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/support/global-mariadb.ts', 'tests/support/global-catalogue.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**', '**/*.alone.e2e.test.ts'],
          ...endToEnd,
          // What passes with a neighbour: free ports, and no bound on time that a busy machine would break.
          maxWorkers: 2,
          // An edge that is there already (tests/edge) is one for all files.
          fileParallelism: process.env['EDGE_URL'] === undefined,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          name: 'e2e-alone',
          include: ['**/*.alone.e2e.test.ts'],
          exclude: ['**/node_modules/**'],
          ...endToEnd,
          // What needs the platform's own ports, or the machine for itself, as browsers do: last, one file at a time.
          sequence: { groupOrder: 3 },
          fileParallelism: false,
        },
      },
    ],
  },
})
