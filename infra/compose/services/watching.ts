import { imageOf } from '../../images.ts'
import { limited, localPort, secretOf, type ComposeService } from '../compose-file.ts'

/** Prometheus, Alertmanager and Grafana, each for this machine alone. */
export function watching(): Record<string, ComposeService> {
  return { prometheus, alertmanager, grafana }
}

const shared = { networks: ['movieverse'], restart: 'unless-stopped' } as const

const prometheus: ComposeService = {
  ...shared,
  image: imageOf('prometheus'),
  command: [
    '--config.file=/etc/prometheus/prometheus.yaml',
    '--storage.tsdb.path=/prometheus',
    '--storage.tsdb.retention.time=15d',
  ],
  volumes: [
    '../prometheus/prometheus.compose.yaml:/etc/prometheus/prometheus.yaml:ro',
    '../prometheus/rules:/etc/prometheus/rules:ro',
    '../prometheus/alerts:/etc/prometheus/alerts:ro',
    'prometheus-data:/prometheus',
  ],
  ports: [localPort(9090)],
  healthcheck: answers('http://127.0.0.1:9090/-/ready'),
  deploy: limited('1', '1G'),
}

const alertmanager: ComposeService = {
  ...shared,
  image: imageOf('alertmanager'),
  command: ['--config.file=/etc/alertmanager/alertmanager.yaml', '--storage.path=/alertmanager'],
  volumes: ['./alertmanager.yaml:/etc/alertmanager/alertmanager.yaml:ro', 'alertmanager-data:/alertmanager'],
  ports: [localPort(9093)],
  healthcheck: answers('http://127.0.0.1:9093/-/ready'),
  deploy: limited('0.5', '256M'),
}

const grafana: ComposeService = {
  ...shared,
  image: imageOf('grafana'),
  depends_on: { prometheus: { condition: 'service_healthy' } },
  environment: {
    GF_SECURITY_ADMIN_PASSWORD: secretOf('GRAFANA_ADMIN_PASSWORD'),
    GF_USERS_ALLOW_SIGN_UP: 'false',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  },
  volumes: [
    '../grafana/provisioning:/etc/grafana/provisioning:ro',
    '../grafana/provisioned:/var/lib/grafana/dashboards:ro',
    'grafana-data:/var/lib/grafana',
  ],
  tmpfs: ['/tmp:mode=1777'],
  ports: [localPort(3030, 3000)],
  healthcheck: answers('http://127.0.0.1:3000/api/health'),
  deploy: limited('1', '512M'),
}

/** All three images have busybox' wget. */
function answers(url: string): NonNullable<ComposeService['healthcheck']> {
  return {
    test: ['CMD', 'wget', '--quiet', '--output-document=/dev/null', url],
    interval: '5s',
    timeout: '3s',
    retries: 12,
    start_period: '10s',
  }
}
