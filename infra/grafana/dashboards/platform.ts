import { dashboard, graph, lines, numbers, states } from '../panels.ts'

/** What an operator looks at first: is everything up, how much is asked, what fails, how long it takes. */
export const platform = dashboard(
  'movieverse-platform',
  'MovieVerse: platform',
  'Is everything well, and who calls whom.',
  [
    numbers({
      title: 'Services up',
      description: 'Processes that answered their last scrape.',
      queries: [{ expr: 'sum(up)', legend: 'up' }],
      unit: 'none',
    }),
    numbers({
      title: 'Availability, last hour',
      description: 'Share of operations that lost nothing by our fault. The objective is 99.9 % a month.',
      queries: [{ expr: '1 - objective:availability_errors:ratio_rate1h', legend: 'available' }],
      unit: 'percentunit',
    }),
    numbers({
      title: 'Within 300 ms, last hour',
      description: 'Share of operations that were answered within 300 ms. The objective is 95 %.',
      queries: [{ expr: '1 - objective:slow_operations:ratio_rate1h', legend: 'fast' }],
      unit: 'percentunit',
    }),
    numbers({
      title: 'Uptime',
      description: 'Seconds since the process that was started last.',
      queries: [{ expr: 'min(time() - process_start_time_seconds)', legend: 'uptime' }],
      unit: 's',
    }),
    graph({
      title: 'Service graph',
      description: 'Who calls whom, in requests per second over five minutes.',
      queries: [
        {
          refId: 'nodes',
          expr: 'label_replace(up, "id", "$1", "job", "(.+)")',
          isTable: true,
        },
        {
          refId: 'edges',
          expr: `label_join(
  label_replace(
    label_replace(
      sum by (service) (rate(movieverse_subgraph_request_duration_seconds_count[5m])),
      "target", "$1", "service", "(.+)"
    ),
    "source", "supergraph", "", ""
  ),
  "id", "-", "source", "target"
)`,
          isTable: true,
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'API request count',
      description: 'Requests through the edge by route, per second.',
      queries: [{ expr: 'sum by (route) (rate(kong_http_requests_total[5m]))', legend: '{{route}}' }],
      unit: 'reqps',
    }),
    states(
      {
        title: 'Health',
        description: 'Which processes answered their scrapes.',
        queries: [{ expr: 'max by (job) (up)', legend: '{{job}}' }],
        unit: 'none',
      },
      { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } },
    ),
    lines({
      title: 'Requests by service',
      description: 'HTTP requests that each service answers, per second.',
      queries: [{ expr: 'service:http_requests:rate5m', legend: '{{service}} {{region}}' }],
      unit: 'reqps',
    }),
    lines({
      title: 'Event loop lag, p99',
      description: 'How long a turn of the event loop takes at worst. Above 250 ms for five minutes is an alert.',
      queries: [
        { expr: 'max by (service, region) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}} {{region}}' },
      ],
      unit: 's',
    }),
    lines({
      title: 'Memory',
      description: 'Resident memory of each process.',
      queries: [{ expr: 'max by (service, region) (process_resident_memory_bytes)', legend: '{{service}} {{region}}' }],
      unit: 'bytes',
    }),
    lines({
      title: 'CPU',
      description: 'Cores that each process keeps busy.',
      queries: [
        { expr: 'sum by (service, region) (rate(process_cpu_seconds_total[5m]))', legend: '{{service}} {{region}}' },
      ],
      unit: 'short',
    }),
    lines({
      title: 'Database statements, p95',
      description: 'Time of SQL statements by service, waiting for a connection excluded.',
      queries: [
        {
          expr: 'histogram_quantile(0.95, sum by (service, region, le) (rate(movieverse_sql_duration_seconds_bucket[5m])))',
          legend: '{{service}} {{region}}',
        },
      ],
      unit: 's',
    }),
    lines({
      title: 'Database connections',
      description: 'Connections in use, and requests that wait for one.',
      queries: [
        {
          expr: 'sum by (service, region) (movieverse_sql_pool_connections{state="used"})',
          legend: '{{service}} {{region}} used',
        },
        { expr: 'sum by (service, region) (movieverse_sql_pool_waiting)', legend: '{{service}} {{region}} waiting' },
      ],
      unit: 'short',
    }),
    lines({
      title: 'Ratings',
      description: 'Ratings that viewers give and take back, per second, and what became of them.',
      queries: [
        {
          expr: 'sum by (operation, outcome) (rate(movieverse_viewers_ratings_total[5m]))',
          legend: '{{operation}} {{outcome}}',
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Recommendations served',
      description: 'Titles handed out per second by what they rest on; FALLBACK is what there is without a model.',
      queries: [
        {
          expr: 'sum by (strategy, region) (rate(movieverse_recommendations_served_total[5m]))',
          legend: '{{strategy}} {{region}}',
        },
      ],
      unit: 'reqps',
    }),
    lines({
      title: 'Availability changes',
      description: 'What imports and operators add, change and remove, per second; each replica counts them all.',
      queries: [
        {
          expr: 'max by (region, kind) (rate(movieverse_availability_changes_total[5m]))',
          legend: '{{region}} {{kind}}',
        },
      ],
      unit: 'reqps',
    }),
  ],
)
