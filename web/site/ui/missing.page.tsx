import type { ReactNode } from 'react'
import { useSite } from './site.tsx'

export function MissingPage(): ReactNode {
  const { messages } = useSite().texts
  return (
    <div className="empty">
      <h1>{messages.errors.missing}</h1>
      <p>{messages.errors.missingText}</p>
      <a className="button" href="/">
        {messages.errors.home}
      </a>
    </div>
  )
}
