import { MappingType, type Dashboard, type Panel } from '@grafana/schema'

/** A question to Prometheus and what its answer is called in the legend. */
export interface Query {
  readonly expr: string
  readonly legend?: string
  /** The last value of each series as a table, for panels that are not about time. */
  readonly isTable?: boolean
  /** What the panel's transformations know it by. */
  readonly refId?: string
}

/** Grafana's names of units. */
export type Unit = 'reqps' | 's' | 'ms' | 'percentunit' | 'short' | 'bytes' | 'Bps' | 'bool_on_off' | 'none'

export interface PanelOptions {
  readonly title: string
  /** What it tells an operator, shown on the panel's "i". */
  readonly description: string
  readonly queries: readonly Query[]
  readonly unit: Unit
  /** Of the 24 columns. */
  readonly width?: number
  readonly height?: number
}

/** A panel before it has a place. */
export type UnplacedPanel = Omit<Panel, 'gridPos' | 'id'> & {
  readonly size: { readonly w: number; readonly h: number }
}

const datasource = { type: 'prometheus', uid: 'movieverse' }

/** What Grafana's data source for Prometheus takes. */
type PrometheusQuery = {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
  readonly format: 'table' | 'time_series'
  readonly instant: boolean
  readonly range: boolean
}

/** Lines over time. */
export function lines(options: PanelOptions): UnplacedPanel {
  return panel('timeseries', options, { legend: { displayMode: 'list', placement: 'bottom', showLegend: true } })
}

/** One number, or one for each series. */
export function numbers(options: PanelOptions): UnplacedPanel {
  return panel('stat', { width: 6, height: 4, ...options }, { reduceOptions: { calcs: ['lastNotNull'] } })
}

/** What was the case when, one row for each series. */
export function states(
  options: PanelOptions,
  meanings: Readonly<Record<number, { text: string; color: string }>>,
): UnplacedPanel {
  const base = panel('state-timeline', options, { showValue: 'never' })
  const mappings = [{ type: MappingType.ValueToText as const, options: { ...meanings } }]
  return { ...base, fieldConfig: { defaults: { unit: options.unit, mappings }, overrides: [] } }
}

/** Who calls whom: a query `nodes` with the field id, and `edges` with id, source and target. */
export function graph(options: PanelOptions): UnplacedPanel {
  const base = panel('nodeGraph', options, {})
  const renameByName = { 'Value #nodes': 'mainstat', 'Value #edges': 'mainstat' }
  return { ...base, transformations: [{ id: 'organize', options: { excludeByName: { Time: true }, renameByName } }] }
}

function panel(
  type: string,
  { title, description, queries, unit, width = 12, height = 8 }: PanelOptions,
  more: object,
): UnplacedPanel {
  const targets = queries.map(({ expr, legend, isTable = false, refId }, index): PrometheusQuery => ({
    refId: refId ?? String.fromCharCode('A'.charCodeAt(0) + index),
    expr,
    legendFormat: legend ?? '__auto',
    format: isTable ? 'table' : 'time_series',
    instant: isTable,
    range: !isTable,
  }))
  return {
    type,
    title,
    description,
    datasource,
    targets,
    options: { ...more },
    fieldConfig: { defaults: { unit }, overrides: [] },
    size: { w: width, h: height },
  }
}

/** Puts panels into rows from left to right, as a text is set. */
export function dashboard(
  uid: string,
  title: string,
  description: string,
  panels: readonly UnplacedPanel[],
): Dashboard {
  return {
    uid,
    title,
    description,
    tags: ['movieverse'],
    timezone: 'browser',
    refresh: '15s',
    time: { from: 'now-30m', to: 'now' },
    schemaVersion: 42,
    editable: false,
    panels: placed(panels),
  }
}

function placed(panels: readonly UnplacedPanel[]): Panel[] {
  let x = 0
  let y = 0
  let rowHeight = 0
  return panels.map(({ size, ...rest }, index) => {
    if (x + size.w > 24) {
      x = 0
      y += rowHeight
      rowHeight = 0
    }
    const gridPos = { x, y, w: size.w, h: size.h }
    x += size.w
    rowHeight = Math.max(rowHeight, size.h)
    return { ...rest, id: index + 1, gridPos }
  })
}
