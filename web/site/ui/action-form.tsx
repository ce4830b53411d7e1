import type { ReactNode } from 'react'
import { useSite } from './site.tsx'

interface ActionFormProps {
  /** What is to be done: the last part of the path. */
  readonly action: string
  readonly movie: string
  readonly className?: string
  readonly children: ReactNode
}

/** A form that changes what a viewer thinks of a title; with JavaScript the page changes in its place. */
export function ActionForm({ action, movie, className, children }: ActionFormProps): ReactNode {
  const { shell } = useSite()
  return (
    <form className={className} method="post" action={`/site/do/${action}`} data-action>
      <input type="hidden" name="token" value={shell.formToken ?? ''} />
      <input type="hidden" name="return" value={shell.url} />
      <input type="hidden" name="movie" value={movie} />
      {children}
    </form>
  )
}
