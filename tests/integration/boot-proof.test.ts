import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { vmDraftSchema } from '#contract/vm-spec'
import { type LocalPetri, localPetri } from '../support/local-petri.ts'

/** Writes sector 1 with the BIOS, then `says` to COM1, and halts. */
function bootSector(says: string): Buffer {
  const disk = Buffer.alloc(1024 * 1024)
  const text = 0x60
  Buffer.from([
    ...[0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0], // ds = es = 0
    ...[0xb8, 0x01, 0x03, 0xb9, 0x02, 0x00, 0xb6, 0x00], // write one sector: cylinder 0, sector 2, head 0
    ...[0xbb, 0x00, 0x7c, 0xcd, 0x13], // from 0x7c00; dl is the disk
    ...[0xbe, text, 0x7c, 0xba, 0xf8, 0x03], // si = text, dx = COM1
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // until the 0: out
    ...[0xf4, 0xeb, 0xfd],
  ]).copy(disk)
  disk.write(`${says}\0`, text, 'latin1')
  disk.writeUInt16LE(0xaa55, 510)
  return disk
}

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

async function machineOf(petri: LocalPetri, name: string, content: Buffer): Promise<{ id: string; path: string }> {
  const folder = join(petri.home, 'disks')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.raw`)
  await writeFile(path, content)
  const draft = vmDraftSchema.parse({
    name,
    architecture: 'x86_64',
    memoryMiB: 64,
    disks: [{ id: 'disk0', path, format: 'raw', bus: 'ide' }],
    machineType: 'pc',
    display: { kind: 'vnc', device: 'std' },
  })
  return { id: (await petri.call('vm.create', { draft })).id, path }
}

async function prove(petri: LocalPetri, id: string) {
  const { jobId } = await petri.call('vm.proveBoot', { id, limitSeconds: 60 })
  await new Promise<void>((resolve) => {
    const end = petri.app.subscribe((event) => {
      if (event.kind !== 'job.changed' || event.job.id !== jobId) return
      if (['queued', 'running', 'paused'].includes(event.job.state.kind)) return
      end()
      resolve()
    })
  })
  return await petri.call('vm.bootProof', { id })
}

it('says of a disk that it boots, with what it wrote and showed, and leaves it as it was', async () => {
  await using petri = await localPetri()
  const { id, path } = await machineOf(petri, 'writer', bootSector('\r\nhand login: '))
  const before = await digest(path)
  const { proof, pictureBase64 = '' } = await prove(petri, id)
  expect(proof).toMatchObject({ verdict: 'system', words: 'hand login:', seenOn: 'serial', hasPicture: true })
  expect(proof?.serial).toContain('hand login:')
  expect(Buffer.from(pictureBase64, 'base64').toString('latin1', 1, 4)).toBe('PNG')
  // Its boot sector wrote to the layer, which is gone.
  expect(await digest(path)).toBe(before)
  expect((await petri.state(id)).kind).toBe('stopped')
}, 90_000)

it('says of a disk without anything to boot what the firmware showed', async () => {
  await using petri = await localPetri()
  const { id } = await machineOf(petri, 'blank', Buffer.alloc(1024 * 1024))
  const { proof } = await prove(petri, id)
  expect(proof).toMatchObject({ verdict: 'nothing', seenOn: 'screen' })
  expect(proof?.screenText).toContain('No bootable device')
}, 90_000)
