import { visit, type DocumentNode } from 'graphql'

const known = new WeakMap<DocumentNode, boolean>()

/**
 * Whether a document must not be compiled. graphql-jit 0.8.9 loses conditions where selections of one field are merged:
 * `{ a { x } ... @skip(if: $yes) { a @include(if: $yes) { ... { y } } } }` answers `y` too. Such documents are interpreted.
 */
export function isConditional(document: DocumentNode): boolean {
  let found = known.get(document)
  if (found === undefined) {
    found = false
    visit(document, {
      Directive({ name }) {
        found ||= name.value === 'skip' || name.value === 'include'
      },
    })
    known.set(document, found)
  }
  return found
}
