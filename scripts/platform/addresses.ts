import { edgePorts, serviceProcesses } from './processes.ts'

/** What `pnpm start` prints: where each thing can be opened. */
export function addresses(): string[] {
  const rows = [
    ['website', `https://localhost:${edgePorts.https}/, http://127.0.0.1:${edgePorts.http}/`],
    ['GraphQL', `http://127.0.0.1:${edgePorts.http}/graphql, https://localhost:${edgePorts.https}/graphql`],
    ['GraphiQL', `https://localhost:${edgePorts.https}/graphiql/`],
    ['account', `https://localhost:${edgePorts.https}/account`],
    ['metrics', `http://127.0.0.1:${edgePorts.status}/metrics, admin http://127.0.0.1:${edgePorts.admin}/status`],
    ...serviceProcesses().map(({ name, port }) => [name, `http://127.0.0.1:${port}/graphql`]),
  ]
  return [
    ...rows.map(([name, url]) => `${name?.padEnd(12)} ${url}`),
    'A token for the edge: pnpm edge:token. The services behind it, below GraphQL, answer without one on this machine.',
  ]
}
