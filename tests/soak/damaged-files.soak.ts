import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'
import { z } from 'zod'

import { openPetri } from '../../main/api/open-petri.ts'
import { vmEntrySchema, type VmEntry } from '#contract/vm-state'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { soakSize } from './soak-size.ts'

const damages = soakSize({ short: 60, full: 1_000 })
const seed = Number(process.env['PETRI_SEED'] ?? 20_260_101)

it(`${damages} truncations and bit flips of machine files: no machine missing, none wrong (seed ${seed})`, async () => {
  await using home = await temporaryFolder()
  const names = ['Alpha', 'Beta', 'Gamma']
  const good = await withList(home.path, names)
  const random = randomNumbers(seed)
  const seen = { whole: 0, damaged: 0 }
  for (let count = 0; count < damages; count++) {
    const victim = good[random(good.length)]
    if (!victim) throw new Error('there are no machines')
    const file = join(home.path, 'data', 'machines', victim.id, 'machine.json')
    const bytes = await readFile(file)
    const broken = count % 2 === 0 ? bytes.subarray(0, random(bytes.length)) : flipped(bytes, random(bytes.length * 8))
    await writeFile(file, broken)
    const list = await withList(home.path, [])
    expect(list.map((entry) => entry.id)).toEqual(good.map((entry) => entry.id))
    for (const [index, entry] of list.entries()) {
      if (entry.kind === 'machine') expect(entry).toEqual(good[index])
      else expect(entry.id).toBe(victim.id)
    }
    seen[list.some((entry) => entry.kind === 'damaged') ? 'damaged' : 'whole']++
    // Kept as it is: looking at a library never rewrites it.
    expect((await readFile(file)).equals(broken)).toBe(true)
    await writeFile(file, bytes)
  }
  console.log(`damaged files: ${JSON.stringify(seen)}`)
  expect(seen.damaged).toBeGreaterThan(damages * 0.9)
}, 600_000)

async function withList(home: string, create: readonly string[]): Promise<readonly VmEntry[]> {
  const opened = await openPetri({ shell: 'cli', env: { PETRI_HOME: home }, version: 'test' })
  if (opened.kind !== 'owner') throw new Error('the folder has an owner')
  try {
    for (const name of create) {
      const outcome = await opened.app.dispatch('vm.create', { draft: { name, architecture: 'x86_64', memoryMiB: 64 } })
      expect(outcome).toMatchObject({ ok: true })
    }
    // The accelerator of a stopped machine is known once the host is.
    await opened.app.dispatch('host.check', {})
    const outcome = await opened.app.dispatch('vm.list', {})
    return z.array(vmEntrySchema).parse(outcome.ok ? outcome.value : undefined)
  } finally {
    await opened.app[Symbol.asyncDispose]()
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** mulberry32: the same seed gives the same damage. */
function randomNumbers(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
