/**
 * The items of the highest scores, best first, at most `count`; equal scores in the order of their numbers. An item
 * with a score of -Infinity is never among them: so masks work inside ranking.
 */
export function topItems(scores: Float64Array, count: number): number[] {
  const top: number[] = []
  let lowest = -Infinity
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!
    if (!(score > lowest)) continue
    let place = top.length
    while (place > 0 && scores[top[place - 1]!]! < score) place -= 1
    top.splice(place, 0, item)
    if (top.length > count) top.pop()
    if (top.length === count) lowest = scores[top[count - 1]!]!
  }
  return top
}
