import { createHash } from 'node:crypto'
import type { OAuth2Client } from '../../plugin.ts'
import { oauth2Error, textOf, type EndpointCall, type OAuth2Error } from './context.ts'

/** The code challenge of an authorization request, undefined for one that needs none. Only S256 is known. */
export function readChallenge(
  { settings, parameters }: EndpointCall,
  client: OAuth2Client | undefined,
): string | undefined | OAuth2Error {
  const challenge = textOf(parameters, 'code_challenge')
  const method = textOf(parameters, 'code_challenge_method')
  if (challenge === undefined && method !== undefined) {
    return oauth2Error('invalid_request', 'code_challenge is required when code_method is present')
  }
  if (challenge !== undefined && method !== undefined && method.toUpperCase() !== 'S256') {
    return oauth2Error('invalid_request', 'code_challenge_method is not supported, must be S256')
  }
  if (challenge !== undefined || !client) return challenge
  const isNeeded = client.isPublic ? settings.pkce !== 'none' : settings.pkce === 'strict'
  const kind = client.isPublic ? 'public' : 'confidential'
  return isNeeded ? oauth2Error('invalid_request', `code_challenge is required for ${kind} clients`) : undefined
}

/** What is wrong with the code verifier of a token request, given the code's challenge. */
export function checkVerifier({ parameters }: EndpointCall, challenge: string): OAuth2Error | undefined {
  const verifier = parameters['code_verifier']
  if (verifier === undefined) {
    return oauth2Error('invalid_request', 'code_verifier is required for PKCE authorization requests')
  }
  if (typeof verifier !== 'string') return oauth2Error('invalid_request', 'code_verifier is not a string')
  if (verifier.length < 43 || verifier.length > 128) {
    return oauth2Error('invalid_request', 'code_verifier must be between 43 and 128 characters')
  }
  const proof = createHash('sha256').update(verifier).digest()
  return proof.equals(Buffer.from(challenge, 'base64url')) ? undefined : oauth2Error('invalid_grant', 'Invalid code')
}
