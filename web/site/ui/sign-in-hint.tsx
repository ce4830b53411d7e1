import type { ReactNode } from 'react'
import { signInPath } from '../pages/routes.ts'
import { useSite } from './site.tsx'

/** In the place of what only a viewer has. */
export function SignInHint({ text }: { text: string }): ReactNode {
  const { shell, texts } = useSite()
  const { account } = texts.messages
  return (
    <div className="empty">
      <p>{text}</p>
      <p className="button-row">
        <a className="button button-main" href={signInPath(shell.url)} data-leave>
          {account.signIn}
        </a>
        <a className="button" href={`${signInPath(shell.url)}&new=1`} data-leave>
          {account.signUp}
        </a>
      </p>
    </div>
  )
}
