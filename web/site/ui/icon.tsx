import type { ReactNode } from 'react'
import { signPath } from '../../look/icon.ts'

/** Drawings in a square of 24 units. */
const paths = {
  play: signPath,
  search:
    'M10.5 4a6.5 6.5 0 1 0 4 11.6l5 5 1.4-1.5-4.9-4.9A6.5 6.5 0 0 0 10.5 4zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z',
  heart: 'M12 20.5 4.3 13a5 5 0 0 1 7.1-7l.6.6.6-.6a5 5 0 0 1 7.1 7z',
  bookmark: 'M6 3h12v18l-6-4.5L6 21z',
  film: 'M3 5h18v14H3zm3 2v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2zm10-8v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2zM10 7v4h4V7zm0 6v4h4v-4z',
  pin: 'M12 2a7 7 0 0 1 7 7c0 5-7 13-7 13S5 14 5 9a7 7 0 0 1 7-7zm0 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  star: 'm12 2.5 2.9 6.2 6.6.8-4.9 4.6 1.3 6.7L12 17.5l-5.9 3.3 1.3-6.7L2.5 9.5l6.6-.8z',
  filter: 'M3 5h18v2H3zm3 6h12v2H6zm3 6h6v2H9z',
  cross: 'm6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z',
} as const

export type IconName = keyof typeof paths

/** A drawing that says nothing by itself: a text stands beside it. */
export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="currentColor">
      <path fillRule="evenodd" d={paths[name]} />
    </svg>
  )
}
