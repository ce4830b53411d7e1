import { describe, expect, test } from 'vitest'
import { localPathOf } from './local-path.ts'

describe('where a visitor is sent back to', () => {
  test.each([
    '/account',
    '/authorize?client_id=demo-spa&redirect_uri=http%3A%2F%2F127.0.0.1%3A5173%2Fcallback&state=a%2Fb',
    '/in?q=%E0%A4%85',
    '/title/1?u=https://evil.example/',
  ])('%s is a path of ours', (path) => {
    expect(localPathOf(path, '/x')).toBe(path)
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/%2e//evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'evil.example',
    '@evil.example',
    '',
    '/é',
    '/\u0000',
    `/${'a'.repeat(5000)}`,
  ])('%j is none', (path) => {
    expect(localPathOf(path, '/x')).toBe('/x')
  })

  test('whatever is accepted stays on this host in a browser’s reading', () => {
    const pieces = ['/', '\\', '.', '..', '%2e', '%2f', '%5c', '@', ':', '?', '#', ';', '//', 'evil.example', '\t', ' ']
    for (const a of pieces)
      for (const b of pieces)
        for (const c of pieces) {
          const path = localPathOf(`/${a}${b}${c}evil.example`, '/x')
          expect(new URL(path, 'https://movies.example').host).toBe('movies.example')
        }
  })
})
