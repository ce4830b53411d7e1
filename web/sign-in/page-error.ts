/** What can go wrong for a visitor, as their page names it; the texts stand in the message catalogue. */
export type PageProblem =
  | 'badRequest'
  | 'unknownApp'
  | 'unknownRedirect'
  | 'formExpired'
  | 'notFound'
  | 'tooLarge'
  | 'tooOften'
  | 'busy'
  | 'edgeDown'
  | 'edgeRefused'
  | 'internal'

const statuses: Readonly<Record<PageProblem, number>> = {
  badRequest: 400,
  unknownApp: 400,
  unknownRedirect: 400,
  formExpired: 403,
  notFound: 404,
  tooLarge: 413,
  tooOften: 429,
  busy: 503,
  edgeDown: 503,
  edgeRefused: 502,
  internal: 500,
}

/** An error that is answered by a page of its own, in the visitor's language. Its cause is logged, never shown. */
export class PageError extends Error {
  override readonly name = 'PageError'
  readonly problem: PageProblem

  constructor(problem: PageProblem, options?: ErrorOptions) {
    super(problem, options)
    this.problem = problem
  }

  /** The HTTP status that the page is answered with. */
  get status(): number {
    return statuses[this.problem]
  }
}
