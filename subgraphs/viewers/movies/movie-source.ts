/** A title of which this service knows nothing but which one it is. */
export interface MovieSource {
  /** Of `titles`. */
  readonly rowId: number
}

/** A title as its viewer sees it. */
export interface MovieViewerSource {
  readonly viewerId: number
  readonly titleId: number
}
