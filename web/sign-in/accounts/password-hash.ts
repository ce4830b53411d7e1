import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { createQueue } from '../queue.ts'
import { isSameText } from '../../http/tokens.ts'

/**
 * Cost of a hash, from OWASP's Password Storage Cheat Sheet (argon2id, 19 MiB, 2 passes, 1 lane): about 45 ms on the
 * machine this was written on. Raise it and every account is hashed anew at its next sign-in.
 */
export const currentCost: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 }

/** Memory in KiB, passes over it, and lanes. */
export interface Argon2Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** Whether a password is right, and whether its hash is of another cost than new ones get. */
export interface Verification {
  readonly isRight: boolean
  readonly isOutdated: boolean
}

const derive = promisify(argon2)
const saltBytes = 16
const tagBytes = 32

/** Hashes take 19 MiB and a core each: a few at a time, and no endless row of them. */
const queue = createQueue({ running: 2, waiting: 64 })

/** A hash in the PHC string format, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. Throws where too many wait. */
export async function hashPassword(password: string, cost: Argon2Cost = currentCost): Promise<string> {
  const salt = randomBytes(saltBytes)
  return encode({ cost, salt, tag: await tagOf(password, salt, cost, tagBytes) })
}

/**
 * Checks a password against a stored hash, or against none with as much work, so that the time does not tell whether
 * there is an account. Throws where too many wait, or the stored text is no hash of ours.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<Verification> {
  const { cost, salt, tag } = stored === null ? nobody : decode(stored)
  const given = await tagOf(password, salt, cost, tag.length)
  const isRight = isSameText(given.toString('hex'), tag.toString('hex')) && stored !== null
  return { isRight, isOutdated: encode({ cost: currentCost, salt, tag }) !== stored }
}

interface PasswordHash {
  readonly cost: Argon2Cost
  readonly salt: Buffer
  readonly tag: Buffer
}

/** Random, so that no password has this hash. */
const nobody: PasswordHash = { cost: currentCost, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) }

// The same letters typed on another keyboard may arrive as other code points: NIST SP 800-63B asks for NFKC or NFKD.
function tagOf(password: string, nonce: Buffer, cost: Argon2Cost, tagLength: number): Promise<Buffer> {
  return queue(() => derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost }))
}

function encode({ cost: { memory, passes, parallelism }, salt, tag }: PasswordHash): string {
  const [saltText, tagText] = [salt, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''))
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${saltText}$${tagText}`
}

const format = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/

function decode(stored: string): PasswordHash {
  const [, memory, passes, parallelism, salt = '', tag = ''] = format.exec(stored) ?? []
  if (memory === undefined) throw new Error('a stored password hash is not one of argon2id')
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
