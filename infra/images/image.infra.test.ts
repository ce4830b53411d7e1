import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { root } from '../../tests/support/command.ts'
import { freePort } from '../../tests/support/mariadb.ts'
import { importBaseImage } from './testing/base-image.ts'
import { asInCluster, packageCaches, podman } from './testing/containers.ts'

const base = `localhost/movieverse-test-base:${process.pid}`
const image = `localhost/movieverse-test:${process.pid}`
const data = mkdtempSync(join(tmpdir(), 'movieverse-image-'))
chmodSync(data, 0o777)
const inDatabase = ['--env=DATABASE_URL=sqlite:/data/movieverse.sqlite', `--volume=${data}:/data`]
const secrets = ['--env=EDGE_SECRET=an-edge-secret', '--env=SERVICE_SECRET=a-service-secret']

interface Container {
  readonly id: string
  readonly port: number
  ask(path: string): Promise<Response>
}

/** A service in a container; ends with the test. */
async function start(program: string, settings: readonly string[]): Promise<Container> {
  const port = await freePort()
  const listening = [`--env=PORT=${port}`, '--env=HOST=127.0.0.1']
  const id = await podman('run', '--detach', ...asInCluster, ...secrets, ...listening, ...settings, image, program)
  onTestFinished(async () => void (await podman('rm', '--force', '--time=0', id)))
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`)
  await expect
    .poll(
      () =>
        ask('/readyz').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200)
  return { id, port, ask }
}

const region = (): Promise<Container> => start('subgraphs/region/main.ts', [...inDatabase, '--env=REGION=IN'])

describe.runIf(inject('hasPodman'))(
  'the image, built from the Dockerfile on a base made of this machine’s Node',
  () => {
    beforeAll(async () => {
      importBaseImage(base)
      // `chroot` and the host's network: for machines that are containers themselves.
      const here = ['--isolation=chroot', '--layers=false', '--network=host', '--format=docker', ...packageCaches()]
      const file = `--file=${join(root, 'infra/images/Dockerfile')}`
      await podman('build', ...here, `--build-arg=NODE_IMAGE=${base}`, file, `--tag=${image}`, root)
      for (const step of ['migrate', 'seed'])
        await podman('run', '--rm', ...asInCluster, ...inDatabase, image, `scripts/db/${step}.ts`)
    }, 420_000)

    afterAll(async () => {
      rmSync(data, { recursive: true })
      await podman('rmi', '--force', image, base)
    }, 60_000)

    test('runs as nobody in particular, and cannot write to its own files', async () => {
      const { id } = await region()
      expect(await podman('exec', id, 'node', '--print', 'process.getuid()')).toBe('10001')
      const write = podman('exec', id, 'node', '--eval', 'fs.writeFileSync("/movieverse/package.json", "")')
      await expect(write).rejects.toThrow('EROFS')
      const owned = podman(
        'run',
        '--rm',
        ...asInCluster.filter((flag) => flag !== '--read-only'),
        image,
        '--eval',
        'fs.writeFileSync("/movieverse/package.json", "")',
      )
      await expect(owned).rejects.toThrow('EACCES')
    })

    test('is healthy while its program is ready', async () => {
      const { id, ask } = await region()
      await podman('healthcheck', 'run', id)
      expect((await ask('/movies?first=1')).status).toBe(200)
      const [listed] = JSON.parse(await podman('inspect', id))
      expect(listed.Config.StopSignal).toBe(15)
    })

    test('ends what it has begun when it is told to stop, and leaves with 0', async () => {
      const { id, port, ask } = await region()
      const body = JSON.stringify({ query: '{ region { movies(first: 1) { totalCount } } }' })
      const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' }
      const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers })
      sent.flushHeaders()
      await once(sent, 'continue')
      sent.write(body.slice(0, 10))
      await podman('kill', '--signal=TERM', id)
      await expect.poll(() => ask('/readyz').then(({ status }) => status)).toBe(503)
      sent.end(body.slice(10))
      const [answer] = await once(sent, 'response')
      expect(JSON.parse(await text(answer)).data.region.movies.totalCount).toBeGreaterThan(0)
      expect(await podman('wait', id)).toBe('0')
    })

    test('has GraphiQL ready, which a container could not bundle', async () => {
      const { ask } = await start('supergraph/main.ts', ['--env=GRAPHIQL=on'])
      const page = await ask('/graphiql/')
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<script type="module"')
    })

    test('has the website ready, which a container could not bundle either', async () => {
      const look =
        'import("/movieverse/web/site/bundle/bundle-folder.ts").then((m) => console.log(fs.existsSync(m.bundleFolder())))'
      expect(await podman('run', '--rm', ...asInCluster, image, '--eval', look)).toBe('true')
    })

    test('holds no tests, no development tool and no Node but the base’s', async () => {
      const look =
        'fs.globSync(["**/*.test.ts", "node_modules/.pnpm/{vitest,typescript,oxlint,node-linux}*"]).slice(0, 5)'
      expect(await podman('run', '--rm', ...asInCluster, image, '--print', `JSON.stringify(${look})`)).toBe('[]')
    })

    test('refuses to serve with secrets that are known', async () => {
      const run = podman('run', '--rm', ...asInCluster, ...inDatabase, '--env=PORT=1', image, 'web/main.ts')
      await expect(run).rejects.toThrow('the development default is refused')
    })
  },
)
