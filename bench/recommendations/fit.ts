import { createModelFitter } from '../../subgraphs/recommendations/model/fit.ts'
import { defaultSettings } from '../../subgraphs/recommendations/model/settings.ts'
import { drawRatings } from './ratings.ts'

// One fit in a process of its own, so that its memory is its own: prints seconds and the most MiB that it held.
const [users, items, ratings] = process.argv.slice(2).map(Number)
const interactions = drawRatings(users ?? 0, items ?? 0, ratings ?? 0)
// With sessions and the low-pass filter: the dearest form of the fit.
const settings = { ...defaultSettings, ease: { ...defaultSettings.ease, sessionShare: 0.5 }, lowPassShare: 0.2 }
const startedAt = performance.now()
await createModelFitter(interactions).fit(settings)
const seconds = (performance.now() - startedAt) / 1000
console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }))
