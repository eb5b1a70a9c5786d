import { describe, expect, it } from 'vitest'

import { formatRoute, parseRoute, type Route } from '../../../../renderer/state/route.ts'

describe('routes', () => {
  it.each<Route>([
    { kind: 'machines' },
    { kind: 'create' },
    { kind: 'host' },
    { kind: 'images' },
    { kind: 'disks' },
    { kind: 'disks', path: '/home/me/a disk/50%.qcow2' },
    { kind: 'disks', path: '/srv/x.vmdk', step: 'convert' },
    { kind: 'machine', id: 'starter', tab: 'serial' },
    { kind: 'machine', id: 'web-2', tab: 'command' },
    { kind: 'machine', id: 'web', tab: 'run-a1b2' },
  ])('survive the way through the address: %j', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route)
  })

  it.each(['', '#', '#/', '#/nowhere', '#/machines/', '#/machines/../etc', '#/machines/UPPER', '#/machines/%3Cb%3E'])(
    'show the library for %j',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ kind: 'machines' })
    },
  )

  it.each(['#/disks/', '#/disks/%E0%A4%A', '#/disks/relative'])('show no disk for %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ kind: 'disks' })
  })

  it('show the console where the tab is missing or unknown', () => {
    expect(parseRoute('#/machines/web')).toEqual({ kind: 'machine', id: 'web', tab: 'serial' })
    expect(parseRoute('#/machines/web/nothing')).toEqual({ kind: 'machine', id: 'web', tab: 'serial' })
  })
})
