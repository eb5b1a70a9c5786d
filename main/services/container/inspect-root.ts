import { lstat, readlink } from 'node:fs/promises'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

import type { ContainerArchitecture } from '#contract/container'
import { elfArchitecture } from '../../domain/elf/elf-facts.ts'
import { type ReadAt, readElf } from '../../domain/elf/read-elf.ts'

const MAX_LINKS = 20

/**
 * Where a path of a container lies on the host, its links followed as inside and never out of the root. `roots` are the
 * layers, newest first. Undefined: not there.
 */
export async function resolveInside(roots: readonly string[], path: string): Promise<string | undefined> {
  let parts = path.split('/').filter((part) => part !== '')
  let done: string[] = []
  let links = 0
  while (parts.length > 0) {
    const [part = '', ...rest] = parts
    parts = rest
    if (part === '.') continue
    if (part === '..') {
      done.pop()
      continue
    }
    const found = await findInLayers(roots, done.concat(part).join('/'))
    if (found === undefined) return undefined
    if (!found.isLink) {
      done.push(part)
      continue
    }
    if (++links > MAX_LINKS) return undefined
    const target = await readlink(found.path).catch(() => '')
    if (target.startsWith('/')) done = []
    parts = [...target.split('/').filter((each) => each !== ''), ...parts]
  }
  return (await findInLayers(roots, done.join('/')))?.path
}

async function findInLayers(roots: readonly string[], relative: string) {
  for (const root of roots) {
    const path = join(root, relative)
    const facts = await lstat(path).catch(() => undefined)
    // An overlay's whiteout is a character device: the file was deleted in this layer.
    if (facts?.isCharacterDevice() === true) return undefined
    if (facts !== undefined) return { path, isLink: facts.isSymbolicLink() }
  }
  return undefined
}

/** The architecture of a root file system's own programs; undefined: none of the usual ones is there. */
export async function rootArchitecture(root: string): Promise<ContainerArchitecture | undefined> {
  for (const program of [
    'bin/sh',
    'usr/bin/env',
    'bin/busybox',
    'sbin/init',
    'usr/bin/bash',
    'lib/systemd/systemd',
    'init',
  ]) {
    const path = await resolveInside([root], program)
    if (path === undefined) continue
    const architecture = readElfArchitecture(path)
    if (architecture !== undefined) return architecture
  }
  return undefined
}

function readElfArchitecture(path: string): ContainerArchitecture | undefined {
  try {
    return withFile(path, (readAt, size) => {
      const reading = readElf(readAt, size)
      return 'elf' in reading ? elfArchitecture(reading.elf) : undefined
    })
  } catch {
    return undefined // not ours to read: the next program may be
  }
}

/** Opens a regular file for reading at any place while `use` runs. A pipe does not block it. */
export function withFile<T>(path: string, use: (readAt: ReadAt, size: number) => T): T {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const readAt: ReadAt = (offset, length) => {
      if (!Number.isSafeInteger(offset) || offset < 0 || length <= 0) return new Uint8Array(0)
      const bytes = new Uint8Array(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
    }
    return use(readAt, fstatSync(file).size)
  } finally {
    closeSync(file)
  }
}
