import type { FittedModel } from '../model/fit.ts'
import { neighboursServed } from '../model/settings.ts'
import { sparseWeights, strongestOfRows } from '../model/weights.ts'
import type { ScoreUser } from './contestants.ts'

/** The model with the strongest weights of each item only: what `pnpm train` stores. */
export function byServedWeights(model: FittedModel): ScoreUser {
  const rows = strongestOfRows(model.itemCount, neighboursServed, (item, row) => model.addRow(item, 1, row))
  const weights = sparseWeights(rows)
  return ({ starts, items, values }, user, scores) => {
    scores.fill(0)
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      weights.addRow(items[at]!, model.confidence(values[at]!), scores)
    }
  }
}
