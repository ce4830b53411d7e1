const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const callback = 'http://127.0.0.1:5173/callback'

/** A good authorization request of the example single-page app. */
export const parameters = {
  client_id: 'demo-spa',
  response_type: 'code',
  redirect_uri: callback,
  scope: 'viewer:read viewer:write',
  state: 'xyz&=?/é',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

/** The same as a URL, with some parameters changed or left out. */
export function authorizeUrl(changes: Record<string, string | undefined> = {}): string {
  const fields = Object.entries({ ...parameters, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  return `/authorize?${new URLSearchParams(fields).toString()}`
}
