import { dashboard, lines, numbers, states } from '../panels.ts'

/** The supergraph's operations, and how each region and service answers it. */
export const supergraph = dashboard(
  'movieverse-supergraph',
  'MovieVerse: supergraph and regions',
  'Operations, subgraphs, breakers and failovers.',
  [
    lines({
      title: 'Operations',
      description: 'Operations per second by name; unknown names are `other`.',
      queries: [{ expr: 'operation:movieverse_operations:rate5m', legend: '{{operation}}' }],
      unit: 'reqps',
    }),
    lines({
      title: 'Operations, p95',
      description: 'From the request to the result.',
      queries: [{ expr: 'operation:movieverse_operation_duration_seconds:p95_5m', legend: '{{operation}}' }],
      unit: 's',
    }),
    lines({
      title: 'Outcomes',
      description: 'ok; partial and failed by our fault; refused for what the client got wrong.',
      queries: [
        { expr: 'sum by (outcome) (rate(movieverse_operation_duration_seconds_count[5m]))', legend: '{{outcome}}' },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Errors by code',
      description: 'Errors in GraphQL answers of all services.',
      queries: [
        {
          expr: 'sum by (service, code) (rate(movieverse_graphql_errors_total[5m]))',
          legend: '{{service}} {{code}}',
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Calls of subgraphs',
      description: 'Calls per second by service and what came of them.',
      queries: [
        {
          expr: 'sum by (service, outcome) (rate(movieverse_subgraph_request_duration_seconds_count[5m]))',
          legend: '{{service}} {{outcome}}',
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Calls of subgraphs, p95',
      description: 'Time of one call, by service.',
      queries: [{ expr: 'service:movieverse_subgraph_request_duration_seconds:p95_5m', legend: '{{service}}' }],
      unit: 's',
    }),
    states(
      {
        title: 'Breakers',
        description: 'Open: the service is not asked. Half-open: one probe at a time.',
        queries: [{ expr: 'max by (service) (movieverse_subgraph_breaker_state)', legend: '{{service}}' }],
        unit: 'none',
      },
      {
        0: { text: 'closed', color: 'green' },
        1: { text: 'half-open', color: 'yellow' },
        2: { text: 'open', color: 'red' },
      },
    ),
    lines({
      title: 'Region failovers',
      description: "Calls for a region that went to another region's service.",
      queries: [
        {
          expr: 'sum by (region, service) (rate(movieverse_region_failovers_total[5m]))',
          legend: '{{region}} by {{service}}',
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Retries',
      description: 'Queries that were sent a second time; the budget is a tenth of the calls.',
      queries: [{ expr: 'sum by (service) (rate(movieverse_subgraph_retries_total[5m]))', legend: '{{service}}' }],
      unit: 'reqps',
    }),
    lines({
      title: 'Calls per operation',
      description: 'How many calls of subgraphs one operation takes on average.',
      queries: [
        {
          expr: 'sum by (operation) (rate(movieverse_operation_fetches_sum[5m])) / sum by (operation) (rate(movieverse_operation_fetches_count[5m]))',
          legend: '{{operation}}',
        },
      ],
      unit: 'short',
    }),
    lines({
      title: 'Cost, p95',
      description: 'Objects that an answer could have held at most.',
      queries: [
        {
          expr: 'histogram_quantile(0.95, sum by (operation, le) (rate(movieverse_operation_cost_bucket[5m])))',
          legend: '{{operation}}',
        },
      ],
      unit: 'short',
    }),
    lines({
      title: 'Loader batches, p95',
      description: 'Keys that a loader asks for in one statement. 1 means that nothing is gathered.',
      queries: [
        {
          expr: 'histogram_quantile(0.95, sum by (service, loader, le) (rate(movieverse_loader_batch_size_bucket[5m])))',
          legend: '{{service}} {{loader}}',
        },
      ],
      unit: 'short',
    }),
    numbers({
      title: 'Plans at hand',
      description: 'Share of operations whose plan was in the cache.',
      queries: [
        {
          expr: 'sum(rate(movieverse_plans_total{cache="hit"}[5m])) / sum(rate(movieverse_plans_total[5m]))',
          legend: 'hit',
        },
      ],
      unit: 'percentunit',
    }),
  ],
)
