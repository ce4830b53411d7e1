import type { WebConfig } from '../config.ts'
import { icon } from '../look/icon.ts'
import { colorSchemeOf } from '../look/themes.ts'
import type { LoadedBundle } from './bundle/site-bundle.ts'
import type { SiteState } from './pages/state.ts'

/** What pages may load: our own scripts, styles and pictures, and from elsewhere posters, where they are configured. */
export function contentSecurityPolicyOf(
  { POSTER_URL }: Pick<WebConfig, 'POSTER_URL'>,
  { styleHash }: Pick<LoadedBundle, 'styleHash'>,
): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src '${styleHash}'`,
    `img-src 'self' data:${POSTER_URL === undefined ? '' : ` ${new URL(POSTER_URL).origin}`}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * A whole page with its style, which spares the wait for a second answer, and with the state from which the browser goes on
 * as data, which no browser runs. Nothing is painted before the state, which comes after all that is seen: what is half
 * there would move. The script is not `async`, since it would then run as soon as it is there, which may be before the
 * state is: not every browser waits with painting.
 */
export function documentOf({ render, scriptUrl, preloadUrls, style }: LoadedBundle, state: SiteState): string {
  const { language, theme } = state.shell
  const { title, markup } = render(state)
  // Within a script element only `<` could end it.
  const data = JSON.stringify(state).replaceAll('<', String.raw`\u003c`)
  return `<!doctype html>
<html lang="${language}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${colorSchemeOf(theme)}">
<title>${escaped(title)}</title>
<link rel="icon" href="${icon}">
<link rel="expect" href="#state" blocking="render">
<style>${style}</style>
${preloadUrls.map((url) => `<link rel="modulepreload" href="${url}">`).join('\n')}
<script type="module" src="${scriptUrl}"></script>
</head>
<body><div id="site">${markup}</div><script type="application/json" id="state">${data}</script></body>
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
