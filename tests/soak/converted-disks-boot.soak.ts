import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest'

import { vmDraftSchema } from '#contract/vm-spec'
import { makeBootableDisk, missingForBootableDisks } from '../support/bootable-disk.ts'
import { diskKinds } from '../support/disk-kinds.ts'
import { type LocalPetri, localPetri } from '../support/local-petri.ts'
import { jobResult } from '../support/run-job.ts'
import { soakSize } from './soak-size.ts'

const firmwares = soakSize({ short: ['bios'] as const, full: ['bios', 'uefi'] as const })
const kinds = soakSize({ short: diskKinds.filter(({ name }) => name === 'vmdk-stream'), full: diskKinds })

let petri: LocalPetri
const missing = missingForBootableDisks()
beforeAll(async () => {
  petri = await localPetri()
  if (missing.length > 0) return
  for (const firmware of firmwares) {
    const folder = join(petri.home, `boot-${firmware}`)
    mkdirSync(folder)
    makeBootableDisk(join(folder, 'system.raw'), firmware, folder)
  }
})
afterAll(() => petri[Symbol.asyncDispose]())

const all = firmwares.flatMap((firmware) => kinds.map((kind) => ({ firmware, ...kind })))

it.for(all)('a system converted to $name boots to its shell ($firmware)', async (each, context) => {
  if (missing.length > 0) return skip(context)
  const { firmware, format, name, options } = each
  const folder = join(petri.home, `boot-${firmware}`, name)
  mkdirSync(folder)
  const target = join(folder, `system.${format}`)
  const source = join(petri.home, `boot-${firmware}`, 'system.raw')
  const wish = { source, target, format, options: { ...options } }
  expect(await jobResult(petri.app, 'disk.convert', wish)).toMatchObject({ verified: true })
  // A machine has its disk in one file; one in pieces becomes that first.
  const isInPieces = /^(?:monolithicFlat|twoGb\w+)$/.test(options['subformat'] ?? '')
  const disk = isInPieces ? `${target}.qcow2` : target
  if (isInPieces) {
    expect((await petri.refused('disk.machine', { path: target })).evidence).toContain('Its data lies in other files')
    await jobResult(petri.app, 'disk.convert', { source: target, target: disk, preset: 'qemu' })
  }
  const { draft } = await petri.call('disk.machine', { path: disk, name: `${name} ${firmware}` })
  expect(draft.firmware.kind).toBe(firmware)
  const { id } = await petri.call('vm.create', { draft: vmDraftSchema.parse(draft) })
  const began = performance.now()
  await jobResult(petri.app, 'vm.proveBoot', { id, limitSeconds: 300 })
  const { proof } = await petri.call('vm.bootProof', { id })
  console.log(
    `${name} ${firmware}: ${proof?.verdict} "${proof?.words}" after ${Math.round(performance.now() - began)} ms`,
  )
  expect([name, proof?.verdict, proof?.seenOn]).toEqual([name, 'system', 'serial'])
})

/** Passed over, and said so: nobody should take it for passed. */
function skip(context: TestContext): void {
  console.warn(`\n*** Converted disks have not been booted: ${missing.join(', ')} is missing. ***\n`)
  context.skip(`${missing.join(', ')} is missing`)
}
