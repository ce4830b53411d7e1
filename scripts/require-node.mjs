// Plain JavaScript on purpose: it must run, and explain itself, on any Node.
const needed = 26
const found = Number(process.versions.node.split('.')[0])
if (found < needed) {
  console.error(
    `MovieVerse needs Node ${needed}, and this is Node ${process.versions.node}. ` +
      'Its own Node comes with the packages: run "npx pnpm install" and look for the error it prints, then try again.',
  )
  process.exit(1)
}
