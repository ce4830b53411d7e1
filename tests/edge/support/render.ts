// node tests/edge/support/render.ts kong.yml: the file to load into a Kong that these tests are to run against.
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { echoHost, foreignPorts } from './foreign-edge.ts'

const targets = Object.entries(foreignPorts).map(([name, ports]) => [name, ports.map((port) => `${echoHost}:${port}`)])
const env = { EDGE_ACCESS_LOG: '/tmp/edge-access.log', ...process.env }
const config = readKongConfig({ ...env, EDGE_UPSTREAMS: JSON.stringify(Object.fromEntries(targets)) })
await writeKongYaml(process.argv[2] ?? 'kong.yml', renderKongYaml(config))
