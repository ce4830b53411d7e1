import { defineConfig } from 'vitest/config'

// graphql is loaded as ESM by our code and as CommonJS by mercurius; one copy only, or instanceof checks fail.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

export default defineConfig({
  resolve,
  test: {
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
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/support/global-mariadb.ts', 'tests/support/global-catalogue.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Whole platforms on fixed ports: after everything else, one file at a time.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
})
