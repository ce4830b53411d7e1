import type { ReactNode } from 'react'
import { useSite } from './site.tsx'

/** In the place of what did not come; the rest of the page stays. */
export function SectionError(): ReactNode {
  const { shell, texts } = useSite()
  const { errors } = texts.messages
  return (
    <div className="notice notice-bad" role="status">
      <p>{errors.section}</p>
      <a className="button button-small" href={shell.url}>
        {errors.retry}
      </a>
    </div>
  )
}
