// A parent that starts the slow service with an IPC channel and passes its log on, for tests of what happens when it
// dies: `node parent.ts` prints the service's process id first.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('slow-service.ts', import.meta.url))
const child = spawn(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
console.log(JSON.stringify({ msg: 'started', child: child.pid }))
