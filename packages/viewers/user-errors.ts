/** Why a change was refused: what a mutation answers as data. The names are the SDL's types. */
export type UserErrorName = 'NotFound' | 'InvalidRating' | 'InvalidProgress' | 'InvalidProfile' | 'KeyReused'

export interface UserError {
  readonly type: UserErrorName
  readonly message: string
  /** The input's field, such as `input.stars`. */
  readonly field: string
}

/** What became of a change: its result, or why there is none. */
export type Outcome<Value> = { readonly value: Value } | { readonly errors: readonly UserError[] }

/** A change that is refused for one reason. */
export function refused(type: UserErrorName, field: string, message: string): { readonly errors: [UserError] } {
  return { errors: [{ type, field, message }] }
}
