import { normalisePath } from '../routing/normalise-path.ts'

/** Whether a route's path is a regex: `~/…`. */
export function isRegexPath(path: string): boolean {
  return path.startsWith('~')
}

/** The regex of a `~/…` path, anchored at the start only, as Kong has it. */
export function regexOfPath(path: string): RegExp {
  return new RegExp(`^(?:${path.slice(1)})`)
}

/** What Kong says of a path that a service or a health check cannot have; undefined where it can. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'should start with: /'
  if (path.includes('//')) return 'must not have empty segments'
  if (!isUrlPath(path)) return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`
  return encodingProblem(path)
}

/** The same of a route's path, which may hold more characters and be a regex. */
export function routePathProblem(path: string): string | undefined {
  if (!path.startsWith('/') && !path.startsWith('~/')) return 'should start with: / (fixed path) or ~/ (regex path)'
  if (path.includes('//')) return 'must not have empty segments'
  if (isRegexPath(path)) return regexProblem(path)
  // As bytes, in which requests come.
  const normalised = normalisePath(Buffer.from(path).toString('latin1'))
  const detour = path === normalised ? undefined : `non-normalized path, consider use '${normalised}' instead`
  return (isUrlPath(path) ? encodingProblem(path) : undefined) ?? detour
}

function isUrlPath(path: string): boolean {
  return /^\/[\w.\-~/%:@!$&'()*+,;=]*$/.test(path)
}

function encodingProblem(path: string): string | undefined {
  const [broken] = /%(?![\da-f]{2}).{0,2}/i.exec(path) ?? []
  return broken && `invalid url-encoded value: '${broken}'`
}

function regexProblem(path: string): string | undefined {
  try {
    return void regexOfPath(path)
  } catch (error) {
    const regex = path.slice(1)
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
