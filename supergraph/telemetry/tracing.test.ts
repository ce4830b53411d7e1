import { expect, test } from 'vitest'
import { createTracing, type Tracing } from './tracing.ts'

const settings = { OTEL_SERVICE_NAME: 'supergraph' }

async function withTracing(act: (tracing: Tracing) => void | Promise<void>): Promise<void> {
  // Nobody listens there: spans are lost, and nothing else happens.
  const tracing = await createTracing({ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1/' })
  if (!tracing) throw new Error('no tracing')
  await act(tracing)
  await tracing.close()
}

test('without an endpoint there is no tracing at all', async () => {
  expect(await createTracing(settings)).toBeUndefined()
})

test('a call goes on with the caller’s trace, or begins one where the caller names none that can be read', async () => {
  await withTracing((tracing) => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const sentFor = (traceparent: string): string | undefined =>
      tracing.start({ traceparent }, 5).fetch('india', { 'x-request-id': 'a', traceparent }).headers['traceparent']
    expect(sentFor(`00-${trace}-b7ad6b7169203331-01`)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
    // Kong says so of every trace while it exports none itself.
    expect(sentFor(`00-${trace}-b7ad6b7169203331-00`)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
    expect(sentFor('nonsense')).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
})

test('what a traced call answers or throws is not changed', async () => {
  await withTracing(async (tracing) => {
    const fetching = tracing.start({}, 0).fetch('india', {})
    await expect(fetching.during(async () => 7)).resolves.toBe(7)
    const failing = tracing.start({}, 0).fetch('usa', {})
    await expect(failing.during(async () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })
})
