import { X509Certificate, createHash } from 'node:crypto'
import { chromium, type Browser } from 'playwright-core'

/** Debian's Chromium. */
export function launchBrowser(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-quic', ...more],
  })
}

/** One that trusts the one key of a certificate in PEM, and of every other certificate nothing. */
export function launchBrowserTrusting(certificate: string): Promise<Browser> {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  const pin = createHash('sha256').update(key).digest('base64')
  return launchBrowser(`--ignore-certificate-errors-spki-list=${pin}`)
}
