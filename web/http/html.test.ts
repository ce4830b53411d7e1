import { expect, test } from 'vitest'
import { html } from './html.ts'

test('text is escaped in elements and in attributes', () => {
  const evil = `"><script>alert('x')</script>&amp;`
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;'
  expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('markup stays as it is, alone and in lists', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  const bold = html`<b>c</b>`
  expect(html`<p>${items}${bold}</p>`.markup).toBe('<p><li>a</li><li>&lt;b&gt;</li><b>c</b></p>')
})

test('null, undefined and false leave nothing; zero and the empty string are themselves', () => {
  expect(html`[${null}${undefined}${false}${0}${''}]`.markup).toBe('[0]')
})

test('an object that only looks like markup is no markup', () => {
  const forged = { markup: '<script>' }
  // @ts-expect-error: the type refuses it as well
  expect(() => html`${forged}`.markup).toThrow(TypeError)
})
