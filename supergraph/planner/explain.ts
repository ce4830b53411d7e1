import { parse, print } from 'graphql'
import type { PlannedRequest } from './requests.ts'

/**
 * A plan as a tree that a person can read: requests side by side are sent at once, what stands below one waits for it.
 * Requests are numbered, since one may wait for several.
 *
 *     1 india
 *     │ {
 *     │   region(code: "IN") { …
 *     └─ 2 catalog: Movie at region.movies.nodes
 *          query ($representations: [_Any!]!) { …
 */
export function explainPlan(stages: ReadonlyArray<readonly PlannedRequest[]>): string {
  const requests = stages.flat()
  if (requests.length === 0) return 'no requests'
  const numbers = new Map(requests.map((request, index) => [request, index + 1]))
  const turns = stages.map((stage) => explainStage(stage, numbers))
  if (turns.length === 1) return turns.flat().join('\n')
  return turns.map((lines, index) => [`turn ${index + 1}`, ...indented(lines, '  ')].join('\n')).join('\n')
}

function explainStage(stage: readonly PlannedRequest[], numbers: ReadonlyMap<PlannedRequest, number>): string[] {
  // Within a stage, a request's id is its position. It stands below the last of those that it waits for.
  const below = (parent: number | undefined): PlannedRequest[] =>
    stage.filter(({ dependsOn }) => (dependsOn.length === 0 ? undefined : Math.max(...dependsOn)) === parent)
  const explain = (request: PlannedRequest): string[] => {
    const others = request.dependsOn.toSorted((one, other) => one - other).slice(0, -1)
    const before = others.flatMap((id) => stage.filter((other) => other.id === id).map((other) => numbers.get(other)))
    const children = below(request.id)
    const query = print(parse(request.query)).split('\n')
    const lines = [
      `${numbers.get(request) ?? ''} ${titleOf(request, before)}`,
      ...indented(query, children.length > 0 ? '│ ' : '  '),
    ]
    for (const [index, child] of children.entries()) {
      const [head = '', ...rest] = explain(child)
      const isLast = index === children.length - 1
      lines.push(`${isLast ? '└─' : '├─'} ${head}`, ...indented(rest, isLast ? '   ' : '│  '))
    }
    return lines
  }
  return below(undefined).flatMap(explain)
}

function titleOf({ subgraph, groups }: PlannedRequest, before: ReadonlyArray<number | undefined>): string {
  const places = groups.flatMap(({ parts }) =>
    parts.map(({ typeName, path }) => `${typeName} at ${path.map(({ key }) => key).join('.')}`),
  )
  const also = before.length > 0 ? `, also after ${before.join(' and ')}` : ''
  return `${subgraph}${also}${places.length > 0 ? `: ${places.join(', ')}` : ''}`
}

function indented(lines: readonly string[], margin: string): string[] {
  return lines.map((line) => (margin + line).trimEnd())
}
