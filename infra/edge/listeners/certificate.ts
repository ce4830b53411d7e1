import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** A certificate and its key, both in PEM. */
export interface TlsKeyPair {
  readonly certificate: string
  readonly key: string
}

export interface CertificateSettings {
  /** Where a development certificate is kept, made on the first start. */
  readonly folder: string
  /** Files of a certificate of one's own, both or none. */
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** The certificate of the https listener: the given files, or one for localhost that is made once and kept. */
export async function loadCertificate({ folder, certificateFile, keyFile }: CertificateSettings): Promise<TlsKeyPair> {
  if (certificateFile && keyFile) return readPair(certificateFile, keyFile)
  const files = [join(folder, 'edge.crt'), join(folder, 'edge.key')] as const
  if (files.every((file) => existsSync(file))) {
    const pair = readPair(...files)
    if (isStillValid(pair)) return pair
  }
  const pair = await makeCertificate(['localhost'])
  mkdirSync(folder, { recursive: true })
  writeFileSync(files[1], pair.key, { mode: 0o600 })
  writeFileSync(files[0], pair.certificate)
  return pair
}

function readPair(certificateFile: string, keyFile: string): TlsKeyPair {
  return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

function isStillValid({ certificate }: TlsKeyPair): boolean {
  const dayMs = 86_400_000
  return new X509Certificate(certificate).validToDate.getTime() > Date.now() + dayMs
}

const validDays = 365

/** A certificate for these names and for loopback that only itself vouches for, good for a year. */
export async function makeCertificate(names: readonly string[]): Promise<TlsKeyPair> {
  const dns = 2
  const address = 7
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validDays * 86_400_000),
    extensions: [
      // Not an authority: whoever trusts this file trusts nothing else by it.
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: dns, value }) as const),
          ...['127.0.0.1', '::1'].map((ip) => ({ type: address, ip }) as const),
        ],
      },
    ],
  })
  return { key, certificate: cert }
}
