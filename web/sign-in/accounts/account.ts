/** Somebody who can sign in. The id is what the edge and the services know: opaque, and never used again. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
}
