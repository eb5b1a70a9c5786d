import { describe, expect, it } from 'vitest'

import { budgetZone } from '../../../../../renderer/features/machines/create/budget-zone.ts'
import { checkedCloudInit, noCloudInit } from '../../../../../renderer/features/machines/create/cloud-init-draft.ts'

describe('checkedCloudInit', () => {
  it('asks nothing while it is off', () => {
    expect(checkedCloudInit({ ...noCloudInit, user: '!!' })).toEqual({ problems: {} })
  })

  it('says what is wrong beside each field', () => {
    const { wish, problems } = checkedCloudInit({ ...noCloudInit, enabled: true, user: 'Root!', sshKeys: 'nonsense' })
    expect(wish).toBeUndefined()
    expect(Object.keys(problems).toSorted()).toEqual(['sshKeys', 'user'])
  })

  it('takes keys line by line and packages word by word', () => {
    const typed = { enabled: true, user: ' me ', sshKeys: 'ssh-rsa AAAA a\n\nssh-rsa BBBB b\n', packages: 'a, b  c' }
    expect(checkedCloudInit({ ...noCloudInit, ...typed }).wish).toEqual({
      user: 'me',
      sshKeys: ['ssh-rsa AAAA a', 'ssh-rsa BBBB b'],
      packages: ['a', 'b', 'c'],
    })
  })
})

it('tells the zones of a budget apart at their limits', () => {
  const share = { total: 10, inUse: 0, safe: 4, caution: 8 }
  expect([4, 5, 8, 9].map((value) => budgetZone(value, share))).toEqual(['safe', 'caution', 'caution', 'over'])
})
