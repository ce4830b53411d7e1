// Loaded before a service's program (`node --expose-gc --import ./tests/support/heap-probe.ts …`): on SIGUSR2 it prints
// how many bytes of the heap are in use after a garbage collection, as `heap <how many times asked>: <bytes>;`.
let asked = 0

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  asked += 1
  console.log(`heap ${asked}: ${process.memoryUsage().heapUsed};`)
})
