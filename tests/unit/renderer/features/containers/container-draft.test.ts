import { expect, it } from 'vitest'

import { containerDraftSchema } from '#contract/container'
import {
  draftFrom,
  firstWishes,
  missingWords,
  suggestedName,
  suitesFor,
  type Wishes,
} from '../../../../../renderer/features/containers/container-draft.ts'

const source = (part: Partial<Wishes>) => draftFrom({ ...firstWishes, ...part }, 'box').source

it('makes of what is there at first a draft that can be created', () => {
  const draft = containerDraftSchema.parse(draftFrom(firstWishes, 'box'))
  expect(draft).toMatchObject({ name: 'box', source: { kind: 'debian', suite: 'bookworm', variant: 'minbase' } })
})

it('tells files, folders, images of a registry and saved ones apart', () => {
  expect(source({ sourceKind: 'file', path: ' /a/root.tar ' })).toEqual({ kind: 'file', path: '/a/root.tar' })
  expect(source({ sourceKind: 'file', path: '/a/root/' })).toEqual({ kind: 'folder', path: '/a/root/' })
  for (const [typed, reference] of [
    ['debian:12', 'docker://debian:12'],
    ['/a/image.tar', 'oci-archive:/a/image.tar'],
    ['docker-archive:/a/image.tar', 'docker-archive:/a/image.tar'],
  ])
    expect(source({ sourceKind: 'oci', reference: typed ?? '' })).toEqual({ kind: 'oci', reference })
})

it('offers the releases that have an architecture', () => {
  expect(suitesFor('armhf')).toContain('bookworm')
  expect(suitesFor('riscv64')).toEqual(['trixie', 'sid'])
  expect(suitesFor('m68k')).toEqual([])
})

it('suggests a name that is not taken', () => {
  expect(suggestedName(firstWishes, [])).toBe('bookworm-armhf')
  expect(suggestedName(firstWishes, ['bookworm-armhf', 'bookworm-armhf-2'])).toBe('bookworm-armhf-3')
  expect(suggestedName({ ...firstWishes, sourceKind: 'file' }, [])).toBe('box-armhf')
})

it('says what is missing', () => {
  expect(missingWords(firstWishes)).toBeUndefined()
  for (const sourceKind of ['file', 'oci', 'base'] as const)
    expect(missingWords({ ...firstWishes, sourceKind })).toMatch(/missing|chosen/)
})
