import type { PlannedRequest } from './requests.ts'

/**
 * A plan as text that a person can read: one line for each request with what it comes after, its query below.
 *
 *     1 india
 *       query{region(code: "IN"){region{code}}}
 *     2 catalog, after 1: Movie at region.movies.nodes
 *       query($representations:[_Any!]!){…}
 */
export function explainPlan(stages: ReadonlyArray<readonly PlannedRequest[]>): string {
  const lines: string[] = []
  let before = 0
  for (const requests of stages) {
    for (const { id, subgraph, query, groups, dependsOn } of requests) {
      const after = dependsOn.length > 0 ? `, after ${dependsOn.map((other) => before + other + 1).join(' and ')}` : ''
      const places = groups.flatMap(({ parts }) =>
        parts.map(({ typeName, path }) => `${typeName} at ${path.map(({ key }) => key).join('.')}`),
      )
      lines.push(
        `${before + id + 1} ${subgraph}${after}${places.length > 0 ? `: ${places.join(', ')}` : ''}`,
        `  ${query}`,
      )
    }
    before += requests.length
  }
  return lines.join('\n')
}
