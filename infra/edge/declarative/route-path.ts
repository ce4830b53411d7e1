/** Whether a route's path is a regex: `~/…`. */
export function isRegexPath(path: string): boolean {
  return path.startsWith('~')
}

/** The regex of a `~/…` path, anchored at the start only, as Kong has it. */
export function regexOfPath(path: string): RegExp {
  return new RegExp(`^(?:${path.slice(1)})`)
}

/** What Kong says of a path that a route cannot have; undefined where it can. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/') && !path.startsWith('~/')) return 'should start with: / (fixed path) or ~/ (regex path)'
  if (!isRegexPath(path)) return undefined
  const regex = path.slice(1)
  try {
    regexOfPath(path)
    return undefined
  } catch (error) {
    return `invalid regex: '${regex}' (PCRE returned: pcre2_compile() failed: ${reasonOf(error)} in "${regex}")`
  }
}

/** JavaScript's reason in PCRE's words where they differ. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? (/: ([^:]+)$/.exec(error.message)?.[1] ?? error.message) : String(error)
  if (reason === 'Unterminated group') return 'missing closing parenthesis'
  if (reason === 'Unterminated character class') return 'missing terminating ] for character class'
  return reason.toLowerCase()
}
