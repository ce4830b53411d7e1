import type { Dashboard } from '@grafana/schema'

/** A question of a dashboard, and the panel that asks it. */
export interface PanelQuery {
  readonly panel: string
  readonly expr: string
}

/** Every question that a dashboard asks. */
export function queriesOf({ panels = [] }: Dashboard | { panels?: Dashboard['panels'] }): PanelQuery[] {
  return panels.flatMap((panel) => {
    const targets = 'targets' in panel ? (panel.targets ?? []) : []
    return targets.map(({ expr }) => ({ panel: String(panel.title), expr: String(expr) }))
  })
}
