import { expect, test } from 'vitest'
import { TokensEnded } from '../session/site-tokens.ts'
import { ProfilePageDocument } from './generated/operations.ts'
import { visitorApi } from './visitor-api.ts'

test('a token that the edge refuses and does not renew ends the visit: from then on the visitor is signed out', async () => {
  const sent: string[] = []
  const api = await visitorApi(
    {
      api: {
        async send(_document, _variables, token) {
          sent.push(token)
          return token === 'of the site' ? { kind: 'answered', data: null, errors: [] } : { kind: 'unauthorised' }
        },
      },
      tokens: {
        ofSite: async () => 'of the site',
        forgetSite: () => {},
        ofSession: async () => 'of the session',
        renewed: async () => Promise.reject(new TokensEnded('refused')),
        begin: async () => {},
        end: async () => {},
      },
    },
    'a'.repeat(64),
  )
  expect(api).toMatchObject({ isSignedIn: true, hasEnded: false })
  expect(await api.ask(ProfilePageDocument, {})).toMatchObject({ data: null })
  expect(api).toMatchObject({ isSignedIn: false, hasEnded: true })
  await api.ask(ProfilePageDocument, {})
  expect(sent).toEqual(['of the session', 'of the site'])
})
