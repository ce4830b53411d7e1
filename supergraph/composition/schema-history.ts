import { execFileSync } from 'node:child_process'

/** A file as a commit has it. */
export interface CommittedFile {
  readonly commit: string
  /** Undefined where the commit has no such file. */
  readonly text: string | undefined
}

/** What main is called in a clone, and in the repository itself. */
const mains = ['refs/remotes/origin/main', 'refs/heads/main']

/**
 * A file as clients have it from main, which a change must not break. Main is `against`, else origin/main, else the
 * branch main, else what a fetch of main from origin gives. Compared with is the commit at which HEAD left it; where HEAD
 * is on main itself, or nothing is known of a main, HEAD and the commit before. Commits that a shallow clone lacks are
 * fetched. Throws an Error where there is no commit to compare with though HEAD is not the first one; empty where nothing
 * at all was committed before.
 */
export function committedBefore(repository: string, file: string, against?: string): CommittedFile[] {
  const git = gitIn(repository)
  const head = git('rev-parse', '--verify', 'HEAD')
  if (head === undefined)
    throw new Error('this is no git repository, or nothing is committed: there is nothing to compare with')
  const main = against === undefined ? findMain(git) : commitOf(git, against)
  if (against !== undefined && main === undefined) throw new Error(`${against} is no commit of this repository`)
  const left = main && (git('merge-base', head, main) ?? main)
  const commits = left === undefined || left === head ? [head, ...parentOf(git, head)] : [left]
  return commits.map((commit) => ({ commit, text: git('show', `${commit}:${file}`) }))
}

type Git = (...args: readonly string[]) => string | undefined

function gitIn(cwd: string): Git {
  return (...args) => {
    try {
      const text = execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      return args[0] === 'show' ? text : text.trim()
    } catch {
      return undefined
    }
  }
}

function commitOf(git: Git, ref: string): string | undefined {
  return git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`)
}

function findMain(git: Git): string | undefined {
  for (const ref of mains) {
    const commit = commitOf(git, ref)
    if (commit !== undefined) return commit
  }
  return git('fetch', '--quiet', '--depth=1', 'origin', 'main') === undefined ? undefined : commitOf(git, 'FETCH_HEAD')
}

/** None for the first commit of all. */
function parentOf(git: Git, head: string): string[] {
  let parent = commitOf(git, `${head}^1`)
  const isShallow = git('rev-parse', '--is-shallow-repository') === 'true'
  if (parent === undefined && isShallow) {
    git('fetch', '--quiet', '--deepen=1', 'origin', head)
    parent = commitOf(git, `${head}^1`)
    if (parent === undefined) {
      throw new Error(
        'this shallow clone lacks the commit before HEAD, and it cannot be fetched: clone with --depth=2 or more',
      )
    }
  }
  return parent === undefined ? [] : [parent]
}
