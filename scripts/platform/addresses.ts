import { platformProcesses } from './processes.ts'

/** What `pnpm start` prints: where each thing can be opened. */
export function addresses(): string[] {
  const services = platformProcesses().filter(({ name }) => name !== 'supergraph')
  const rows = [
    ['GraphQL', 'http://127.0.0.1:4000/graphql'],
    ['GraphiQL', 'http://127.0.0.1:4000/graphiql'],
    ...services.map(({ name, port }) => [name, `http://127.0.0.1:${port}/graphql`]),
  ]
  return rows.map(([name, url]) => `${name?.padEnd(12)} ${url}`)
}
