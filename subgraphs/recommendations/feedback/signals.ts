/** What is known of a viewer and a title. */
export interface Feedback {
  /** 0.5 to 5; null where they gave none. */
  readonly stars: number | null
  readonly isCompleted: boolean
  /** 0 to 100, where it is known. */
  readonly progressPercent: number | null
}

/** As a rating of so many stars counts a title that was watched to the end and not rated. */
const completedStars = 3.5
/** What was begun and left early says nothing. */
const leastProgress = 25
const begunStars = 2.5
/** Who gives fewer stars does not want more like it. */
const leastStars = 2

/**
 * How much a title says about a viewer's taste, on the scale of stars; null where it says nothing that a
 * recommendation should follow. Training and serving read feedback through this one function.
 */
export function signalOf({ stars, isCompleted, progressPercent }: Feedback): number | null {
  if (stars !== null) return stars >= leastStars ? stars : null
  if (isCompleted) return completedStars
  return (progressPercent ?? 0) >= leastProgress ? begunStars : null
}
