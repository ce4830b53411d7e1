import type { ReactNode } from 'react'
import { themes } from '../../look/themes.ts'
import { useSite } from './site.tsx'

const languages = { en: 'English', hi: 'हिन्दी' } as const

/** Language, colours, and what few people look for. */
export function Footer(): ReactNode {
  const { shell, texts } = useSite()
  const { messages } = texts
  return (
    <footer className="footer">
      <div className="footer-row">
        <p>{messages.tagline}</p>
        <nav aria-label={messages.language}>
          {Object.entries(languages).map(([code, name]) => (
            <a
              key={code}
              lang={code}
              hrefLang={code}
              data-leave
              href={withLanguage(shell.url, code)}
              aria-current={code === shell.language ? 'true' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <nav aria-label={messages.theme.label}>
          {themes.map((theme) => (
            <a
              key={theme}
              rel="nofollow"
              data-leave
              href={`/site/theme?value=${theme}&return=${encodeURIComponent(shell.url)}`}
              aria-current={theme === shell.theme ? 'true' : undefined}
            >
              {messages.theme[theme]}
            </a>
          ))}
        </nav>
        <a href="/status">{messages.pages.status}</a>
      </div>
    </footer>
  )
}

function withLanguage(url: string, code: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}lang=${code}`
}
