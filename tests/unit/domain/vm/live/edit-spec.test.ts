import { describe, expect, it } from 'vitest'

import {
  type SpecEdit,
  withEjectedDisc,
  withForward,
  withInsertedDisc,
  withoutForward,
} from '../../../../../main/domain/vm/live/edit-spec.ts'
import { type VmSpec, vmSpecSchema } from '#contract/vm-spec'

const forward = { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 } as const
const spec = (fields: Readonly<Record<string, unknown>>): VmSpec =>
  vmSpecSchema.parse({
    version: 1,
    id: 'web',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Web',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    memoryMiB: 512,
    ...fields,
  })
const drive = (id: string, path: string | null) => ({ id, path, bus: 'sata' })

describe('forwards', () => {
  const cards = spec({
    networks: [
      { id: 'dark', model: 'virtio', backend: { kind: 'none' } },
      { id: 'lan', model: 'virtio', backend: { kind: 'user' } },
    ],
  })

  it('go to the first card with user networking, and away from whichever has them', () => {
    const added = withForward(cards, undefined, forward)
    expect(added).toMatchObject({ kind: 'edited', on: 'lan' })
    expect(edited(added).networks[1]?.backend).toMatchObject({ forwards: [forward] })
    expect(edited(withoutForward(edited(added), { protocol: 'tcp', hostPort: 8080 }))).toEqual(cards)
  })

  it.each([
    ['a card that is not there', () => withForward(cards, 'wan', forward), 'no network card “wan”'],
    ['a card without user networking', () => withForward(cards, 'dark', forward), 'has no user networking'],
    ['no card at all', () => withForward(spec({}), undefined, forward), 'None of its network cards'],
    ['a port it does not forward', () => withoutForward(cards, forward), 'does not forward tcp:8080'],
  ])('say why there is none on %s', (_, edit, why) => {
    expect(edit()).toMatchObject({ kind: 'impossible', why: expect.stringContaining(why) })
  })
})

describe('discs', () => {
  it('go into the only drive, whatever is in it', () => {
    expect(withInsertedDisc(spec({ cdroms: [drive('a', '/old.iso')] }), undefined, '/new.iso')).toMatchObject({
      spec: { cdroms: [{ path: '/new.iso' }] },
    })
  })

  it('go into the first empty one of several', () => {
    const several = spec({ cdroms: [drive('a', '/old.iso'), drive('b', null)] })
    expect(withInsertedDisc(several, undefined, '/new.iso')).toMatchObject({ on: 'b' })
    expect(withEjectedDisc(several, undefined)).toMatchObject({ on: 'a', spec: { cdroms: [{ path: null }, {}] } })
  })

  it.each([
    ['no drive', () => withInsertedDisc(spec({}), undefined, '/a.iso'), 'no CD drive.'],
    ['another name', () => withEjectedDisc(spec({ cdroms: [drive('a', null)] }), 'x'), 'no CD drive “x”'],
    ['empty drives', () => withEjectedDisc(spec({ cdroms: [drive('a', null)] }), undefined), 'No drive holds'],
    [
      'full drives',
      () => withInsertedDisc(spec({ cdroms: [drive('a', '/1'), drive('b', '/2')] }), undefined, '/3'),
      'Every drive holds',
    ],
    [
      'two discs',
      () => withEjectedDisc(spec({ cdroms: [drive('a', '/1'), drive('b', '/2')] }), undefined),
      'Several drives hold',
    ],
  ])('say why there is no choice with %s', (_, edit, why) => {
    expect(edit()).toMatchObject({ kind: 'impossible', why: expect.stringContaining(why) })
  })
})

function edited(edit: SpecEdit): VmSpec {
  if (edit.kind === 'impossible') throw new Error(edit.why)
  return edit.spec
}
