import { createHash } from 'node:crypto'
import type { ClientEntity } from '../../declarative/entities.ts'
import { OAuth2Error, type EndpointCall } from './endpoint-call.ts'

function invalid(description: string): OAuth2Error {
  return new OAuth2Error('invalid_request', description)
}

/** The code challenge of an authorization request, undefined for one that needs none. Only S256 is known. */
export function readChallenge(call: EndpointCall, client: ClientEntity | undefined): string | undefined {
  const challenge = call.text('code_challenge')
  const method = call.text('code_challenge_method')
  if (challenge === undefined && method !== undefined) {
    throw invalid('code_challenge is required when code_method is present')
  }
  if (method !== undefined && method.toUpperCase() !== 'S256') {
    throw invalid('code_challenge_method is not supported, must be S256')
  }
  if (challenge !== undefined || !client) return challenge
  const { pkce } = call.settings
  const isNeeded = client.client_type === 'public' ? pkce !== 'none' : pkce === 'strict'
  if (isNeeded) throw invalid(`code_challenge is required for ${client.client_type} clients`)
  return undefined
}

/** Passes a token request whose code verifier fits the code's challenge. */
export function requireVerifier({ parameters }: EndpointCall, challenge: string): void {
  const verifier = parameters['code_verifier']
  if (verifier === undefined) throw invalid('code_verifier is required for PKCE authorization requests')
  if (typeof verifier !== 'string') throw invalid('code_verifier is not a string')
  if (verifier.length < 43 || verifier.length > 128) {
    throw invalid('code_verifier must be between 43 and 128 characters')
  }
  const proof = createHash('sha256').update(verifier).digest()
  if (!proof.equals(Buffer.from(challenge, 'base64url'))) throw new OAuth2Error('invalid_grant', 'Invalid code')
}
