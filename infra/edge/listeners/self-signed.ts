import { generate } from 'selfsigned'

/** A certificate and its key, both in PEM. */
export interface TlsKeyPair {
  readonly certificate: string
  readonly key: string
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
