import { describe, expect, it } from 'vitest'

import { containerSourceSchema } from '#contract/container'
import { layerRemoval } from '../../../../main/domain/container/oci-layer.ts'
import { ociArchive, withOciArchive } from '../../../../main/domain/container/oci-reference.ts'

describe('what a layer takes away', () => {
  it.each([
    ['etc/passwd', undefined],
    ['etc/.wh.passwd', { kind: 'whole', path: './etc/passwd' }],
    ['.wh.etc', { kind: 'whole', path: './etc' }],
    ['./var/cache/.wh..wh..opq', { kind: 'content', path: '././var/cache/' }],
    ['.wh..wh.aufs', undefined],
  ])('%s', (name, removal) => expect(layerRemoval(name)).toEqual(removal))

  it.each(['a/.wh.', 'a/.wh..', 'a/.wh...'])('is never the folder itself or what lies above it: %s', (name) =>
    expect(() => layerRemoval(name)).toThrow(/no name/),
  )
})

describe('references', () => {
  it.each([
    ['docker://debian:12', undefined],
    ['oci-archive:/a b/c.tar', '/a b/c.tar'],
    ['docker-archive:/c.tar:name:tag', '/c.tar'],
    ['oci:/folder:tag', '/folder'],
  ])('%s lies at %s', (reference, path) => expect(ociArchive(reference)).toBe(path))

  it('become absolute where they name a file', () => {
    const absolute = (path: string) => `/home/${path}`
    expect(withOciArchive('oci:o:1', absolute)).toBe('oci:/home/o:1')
    expect(withOciArchive('docker://debian', absolute)).toBe('docker://debian')
  })

  it.each(['oci-archive:c.tar', 'docker://a b', 'containers-storage:x', 'oci:/a\nb'])('%s is refused', (reference) =>
    expect(containerSourceSchema.safeParse({ kind: 'oci', reference }).success).toBe(false),
  )
})
