import type { z } from 'zod'
import { between, flag, listOf, number, oneOf, record, refuse, text } from '../../declarative/fields.ts'

const grants = [
  'enable_authorization_code',
  'enable_implicit_grant',
  'enable_client_credentials',
  'enable_password_grant',
] as const

/** Kong's fields of the oauth2 plugin. */
export const oauth2Config = record({
  scopes: listOf(text).optional(),
  mandatory_scope: flag(false),
  provision_key: text.optional(),
  token_expiration: number.default(7200),
  enable_authorization_code: flag(false),
  enable_implicit_grant: flag(false),
  enable_client_credentials: flag(false),
  enable_password_grant: flag(false),
  hide_credentials: flag(false),
  accept_http_if_already_terminated: flag(false),
  anonymous: text.optional(),
  global_credentials: flag(false),
  auth_header_name: text.default('authorization'),
  refresh_token_ttl: between(0, 100_000_000, number).default(1_209_600),
  reuse_refresh_token: flag(false),
  pkce: oneOf('none', 'lax', 'strict').default('lax'),
  realm: text.optional(),
}).superRefine((settings, context) => {
  if (!grants.some((grant) => settings[grant])) {
    refuse(context, `at least one of these fields must be true: ${grants.join(', ')}`)
  }
  if (settings.mandatory_scope && settings.scopes === undefined) {
    context.addIssue({ code: 'custom', path: ['scopes'], message: 'required field missing' })
    refuse(context, "failed conditional validation given value of field 'mandatory_scope'", 'config')
  }
})

export type OAuth2Settings = z.output<typeof oauth2Config>
