// Serves the page at http://localhost:5173/, one of the addresses that apps.json registers for it.
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/spa', import.meta.url)),
  server: { host: 'localhost', port: 5173, strictPort: true },
})
await server.listen()
console.log('Open http://localhost:5173/')
