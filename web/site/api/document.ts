/** A document of the website with the types of what it takes and answers; `text` is also in the trusted manifest. */
export interface TypedDocument<Result, Variables> {
  readonly name: string
  readonly text: string
  /** Never there: it only carries the types. */
  readonly types?: (variables: Variables) => Result
}
