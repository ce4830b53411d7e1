import { z } from 'zod'
import appList from './apps.json' with { type: 'json' }

/** What a token may be asked for, in the order in which a consent page names them. */
export const scopes = ['viewer:read', 'viewer:write'] as const

/**
 * How a client proves itself: `server` has a secret and signs people in, `browser` and `native` have none and sign people
 * in (code with PKCE), `service` has a secret and no people, `key` has an API key.
 */
export const appTypes = ['server', 'browser', 'native', 'service', 'key'] as const
export type AppType = (typeof appTypes)[number]

/** How many requests a client may send; see tiers.ts. */
export const tierNames = ['free', 'partner', 'website'] as const
export type TierName = (typeof tierNames)[number]

const redirectUri = z.url().refine(isSafeRedirect, { error: 'must be https, or http on this machine' })

const app = z
  .strictObject({
    clientId: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, { error: 'must be lower-case letters, digits and hyphens' }),
    name: z.string().min(1),
    type: z.enum(appTypes),
    consumer: z.string().min(1),
    tier: z.enum(tierNames),
    scopes: z.array(z.enum(scopes)),
    redirectUris: z.array(redirectUri),
  })
  .refine(({ type, redirectUris }) => redirectUris.length > 0 === signsPeopleIn(type), {
    error: 'apps that sign people in have redirectUris, others have none',
    path: ['redirectUris'],
  })

/** A client app, as the edge, the consent page and the examples know it. */
export type App = Readonly<z.output<typeof app>>

const list = z.array(app).refine((apps) => new Set(apps.map(({ clientId }) => clientId)).size === apps.length, {
  error: 'a clientId stands twice',
})

/** Checks a list of client apps. Throws a ZodError that names the entry and the field. */
export function parseApps(input: unknown): readonly App[] {
  return list.parse(input)
}

/** Every client app of the platform: infra/kong/apps.json. */
export const apps: readonly App[] = parseApps(appList)

/** The app with that client id, where it signs people in. */
export function findSignInApp(clientId: string): App | undefined {
  return apps.find((candidate) => candidate.clientId === clientId && signsPeopleIn(candidate.type))
}

/** Whether people sign in through apps of a type. */
export function signsPeopleIn(type: AppType): boolean {
  return type === 'server' || isPublic(type)
}

/** Whether apps of a type can keep no secret. */
export function isPublic(type: AppType): boolean {
  return type === 'browser' || type === 'native'
}

function isSafeRedirect(uri: string): boolean {
  const { protocol, hostname, hash } = new URL(uri)
  if (hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}
