import { X509Certificate } from 'node:crypto'
import { makeCertificate, type TlsKeyPair } from '../../infra/edge/listeners/certificate.ts'

const dayMs = 86_400_000

/** Under which Kong is called: from this machine, in a compose network, and in a Kubernetes namespace. */
const names = ['localhost', 'kong', 'kong.movieverse', 'kong.movieverse.svc', 'kong.movieverse.svc.cluster.local']

/** Whether a certificate in PEM is one and good for another month. */
export function isStillValid(certificate: string): boolean {
  return certificate !== '' && new X509Certificate(certificate).validToDate.getTime() > Date.now() + 30 * dayMs
}

/** A certificate for Kong, for a machine or a cluster of one's own and not for the public. */
export async function makeKongCertificate(): Promise<TlsKeyPair> {
  return makeCertificate(names)
}
