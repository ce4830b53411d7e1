import type { Page } from '@movieverse/titles/paging/page.ts'
import type { AvailabilityChangeRow } from '@movieverse/titles/rows.ts'

/** A page of the log of availability changes. */
export type ChangeConnectionSource = Page<AvailabilityChangeRow>
