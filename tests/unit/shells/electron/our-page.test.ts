import { describe, expect, it } from 'vitest'

import { externalUrl } from '../../../../main/shells/electron/external-url.ts'
import { isPageUrl, isTrustedSender } from '../../../../main/shells/electron/our-page.ts'

describe('our page', () => {
  it.each(['petri://app/', 'petri://app/index.html', 'petri://app/#/machines/starter', 'petri://app/?x=1'])(
    'is %s',
    (url) => expect(isPageUrl(url)).toBe(true),
  )

  it.each([
    '',
    'about:blank',
    'about:srcdoc',
    'null',
    'petri://other/',
    'petri://app.example/',
    'petri://app:80/',
    'petri://name@app/',
    'petri://app/other.html',
    'petri://app/assets/main.js',
    'https://app/',
    'file:///petri://app/',
    'data:text/html,petri://app/',
    'blob:petri://app/1b2c',
  ])('is not %s', (url) => expect(isPageUrl(url)).toBe(false))

  it('is trusted as a sender only in the main frame, and while the frame is there', () => {
    const url = 'petri://app/'
    expect(isTrustedSender({ url, parent: null })).toBe(true)
    expect(isTrustedSender({ url, parent: { url, parent: null } })).toBe(false)
    expect(isTrustedSender({ url: 'about:blank', parent: null })).toBe(false)
    expect(isTrustedSender(null)).toBe(false)
  })
})

describe('an address to open outside', () => {
  it('is https, and is shown in its normal form', () => {
    expect(externalUrl('HTTPS://Example.org/ä?b#c')).toBe('https://example.org/%C3%A4?b#c')
  })

  it.each([
    'http://example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://name@example.org/',
    'https://:word@example.org/',
    'example.org',
    '',
    `https://example.org/${'a'.repeat(2100)}`,
    undefined,
    { href: 'https://example.org/' },
  ])('is never %s', (text) => expect(externalUrl(text)).toBeUndefined())
})
