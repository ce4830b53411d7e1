// node tests/edge/support/render.ts kong.yml: the file to load into a Kong that these tests are to run against.
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { echoHost, foreignPorts } from './foreign-edge.ts'

const targets = Object.entries(foreignPorts).map(([name, ports]) => [name, ports.map((port) => `${echoHost}:${port}`)])
const { EDGE_ACCESS_LOG = '/tmp/edge-access.log', OPERATOR_ADDRESSES } = process.env
// The tests know development's secrets, so nothing else of the environment counts.
const config = readKongConfig({
  EDGE_UPSTREAMS: JSON.stringify(Object.fromEntries(targets)),
  EDGE_ACCESS_LOG,
  OPERATOR_ADDRESSES,
})
await writeKongYaml(process.argv[2] ?? 'kong.yml', renderKongYaml(config))
