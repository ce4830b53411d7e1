import { readFileSync } from 'node:fs'
import mercuriusGateway from '@mercuriusjs/gateway'
import Fastify from 'fastify'

// Mercurius with its stock gateway, compiled queries, and the subgraphs in the words of Federation 1.
const services = JSON.parse(readFileSync(process.env.SUBGRAPHS, 'utf8')).map(({ name, url, federation1Sdl }) => ({
  name,
  url,
  schema: federation1Sdl,
}))
const app = Fastify()
await app.register(mercuriusGateway, { jit: 1, gateway: { services } })
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
