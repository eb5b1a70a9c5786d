import type { PetriOwner } from './petri-owner.ts'
import { waitForOutput } from './serial-talk.ts'

const BOOT_LIMIT_MS = 180_000

/** Makes `count` machines like the Starter, without a screen, starts them and waits for their shells. */
export async function startStarters(owner: PetriOwner, count: number): Promise<readonly string[]> {
  const { spec, folder } = await owner.call('vm.show', { id: 'starter' })
  if (!spec?.kernel) throw new Error('there is no Starter')
  const { id: _id, uuid: _uuid, version: _version, createdAt: _createdAt, ...draft } = spec
  const kernel = { ...spec.kernel, kernelPath: `${folder}/vmlinuz`, initrdPath: `${folder}/initrd.img` }
  const ids: string[] = []
  for (let made = 0; made < count; made++) {
    const { id } = await owner.call('vm.create', {
      draft: { ...draft, name: `Starter ${made + 2}`, memoryMiB: 160, kernel, display: { kind: 'none' } },
    })
    await owner.call('vm.start', { id })
    ids.push(id)
  }
  for (const id of ids) await waitForOutput(owner.app, id, 'root@starter', BOOT_LIMIT_MS)
  return ids
}
