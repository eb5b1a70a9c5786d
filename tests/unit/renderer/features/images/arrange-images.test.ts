import { describe, expect, it } from 'vitest'

import { arrangeImages, filterValues, noFilter } from '../../../../../renderer/features/images/arrange-images.ts'
import { showcaseImages } from '../../../../fakes/fake-images.ts'

const { images } = showcaseImages(false)
const ids = (filter: Partial<typeof noFilter>) => arrangeImages(images, { ...noFilter, ...filter }).map(({ id }) => id)

describe('arrangeImages', () => {
  it('shows everything without a filter, in an order of its own', () => {
    expect(ids({})).toHaveLength(images.length)
    expect(ids({})[0]).toContain('alpine')
  })

  it('narrows by every filter at once', () => {
    expect(ids({ os: 'ubuntu', architecture: 'armhf', kind: 'root' })).toEqual([
      'ubuntu/24.04/armhf/server/root@ubuntu',
    ])
    expect(ids({ os: 'debian', kind: 'root' })).toEqual([])
  })

  it('wants every word of the search, wherever it stands', () => {
    expect(ids({ query: '  LTS  riscv64 ' })).toHaveLength(2)
    expect(ids({ query: 'lts debian' })).toEqual([])
  })

  it('puts newer releases first, by number', () => {
    const [image] = images
    if (!image) throw new Error('no image')
    const made = ['9', '12', '10'].map((release) => ({ ...image, os: 'debian', release, id: release }))
    expect(arrangeImages(made, noFilter).map(({ id }) => id)).toEqual(['12', '10', '9'])
  })
})

it('offers each value of a filter once', () => {
  expect(filterValues(images, 'architecture')).toEqual(['amd64', 'arm64', 'armhf', 'riscv64'])
})
