import { expect, test } from 'vitest'

import { deriveMac } from '../../../../main/domain/qemu/derive-mac.ts'

const uuid = '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d'

test('the address of a card is the same at every start, and another one for another card or machine', () => {
  const addresses = [deriveMac(uuid, 'lan'), deriveMac(uuid, 'wan'), deriveMac(uuid.replace('3', '4'), 'lan')]
  expect(new Set(addresses).size).toBe(3)
  expect(deriveMac(uuid, 'lan')).toBe(addresses[0])
  for (const address of addresses) expect(address).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/)
})
