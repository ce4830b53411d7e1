import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { renderDocument, type Page } from './layout.ts'

export interface PageOptions {
  readonly status?: number
  /** Origins besides ours that a form on the page may lead to, at the end of its redirects. */
  readonly formTargets?: readonly string[]
}

/** Answers requests with whole pages. */
export interface Pages {
  readonly style: { readonly url: string; readonly text: string }
  send(request: FastifyRequest, reply: FastifyReply, page: Page, options?: PageOptions): FastifyReply
}

const sheets = ['../../look/tokens.css', 'style.css']

/** Reads the stylesheet; its URL names its content, so that browsers may keep it for good. */
export async function createPages(): Promise<Pages> {
  const texts = await Promise.all(sheets.map((sheet) => readFile(new URL(sheet, import.meta.url), 'utf8')))
  const text = texts.join('\n')
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const style = { url: `/sign-in/style-${version}.css`, text }
  return {
    style,
    send(request, reply, page, { status = 200, formTargets = [] } = {}) {
      return reply
        .code(status)
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-language': request.visit.language,
          // Pages hold form tokens and names, and differ by cookie and language.
          'cache-control': 'no-store',
          'content-security-policy': contentSecurityPolicy(formTargets),
          'x-frame-options': 'DENY',
        })
        .send(renderDocument(request.visit, page, style.url))
    },
  }
}

function contentSecurityPolicy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    // Browsers hold the redirects that follow a form to this list, too.
    ["form-action 'self'", ...formTargets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
