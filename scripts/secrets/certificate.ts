import { X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate and its key, both in PEM. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

const dayMs = 86_400_000
const validDays = 365

/** Under which Kong is called: from this machine, in a compose network, and in a Kubernetes namespace. */
const names = ['localhost', 'kong', 'kong.movieverse', 'kong.movieverse.svc', 'kong.movieverse.svc.cluster.local']

/** Whether a certificate in PEM is one and good for another month. */
export function isStillValid(certificate: string): boolean {
  return certificate !== '' && new X509Certificate(certificate).validToDate.getTime() > Date.now() + 30 * dayMs
}

/** A certificate for Kong that only itself vouches for: for a machine or a cluster of one's own, not for the public. */
export async function makeCertificate(): Promise<Certificate> {
  const dns = 2
  const address = 7
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validDays * dayMs),
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
