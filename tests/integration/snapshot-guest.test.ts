import { expect, it } from 'vitest'

import { localPetri } from '../support/local-petri.ts'
import { jobResult } from '../support/run-job.ts'
import { talk, waitForOutput } from '../support/serial-talk.ts'

const BOOT_LIMIT_MS = 90_000
const ANSWER_LIMIT_MS = 20_000

it('a guest goes on in the middle of its work: its memory and its disk are those of the snapshot', async () => {
  await using petri = await localPetri()
  const { spec, folder } = await petri.call('vm.show', { id: 'starter' })
  if (!spec?.kernel) throw new Error('there is no Starter')
  const { id: _id, uuid: _uuid, version: _version, createdAt: _createdAt, ...draft } = spec
  const { id } = await petri.call('vm.create', {
    draft: {
      ...draft,
      name: 'Worker',
      memoryMiB: 160,
      kernel: { ...spec.kernel, kernelPath: `${folder}/vmlinuz`, initrdPath: `${folder}/initrd.img` },
      disks: [{ id: 'work', path: 'work.qcow2', format: 'qcow2', bus: 'virtio' }],
    },
    newDisks: { work: 8 * 1024 * 1024 },
  })
  const say = async (line: string, answer: string) => await talk(petri.app, id, line, answer, ANSWER_LIMIT_MS)
  const write = async (word: string) =>
    await say(`echo ${word} | dd of=/dev/vda conv=fsync 2>/dev/null && echo wrote-$((1))`, 'wrote-1')
  const read = async (word: string) => await say('echo "it is $(head -c 5 /dev/vda)."', `it is ${word}.`)

  await petri.call('vm.start', { id })
  await waitForOutput(petri.app, id, 'root@starter', BOOT_LIMIT_MS)
  await write('first')
  await say('kept=$((40 + 2)); echo is-$((1))', 'is-1')
  const { snapshotId } = await jobResult(petri.app, 'snapshot.create', { id, name: 'At work' })
  await write('other')
  await say('kept=7; echo is-$((2))', 'is-2')
  await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: String(snapshotId) })
  expect(await petri.state(id)).toMatchObject({ kind: 'running' })
  await say('echo kept-is-$kept', 'kept-is-42')
  await read('first')
  // The state that was left is kept as well, in the middle of its own work.
  const { snapshots } = await petri.call('snapshot.list', { id })
  const left = snapshots.find(({ automatic }) => automatic)
  await jobResult(petri.app, 'snapshot.revert', { id, snapshotId: left?.id ?? '', keepPresent: false })
  await say('echo kept-is-$kept', 'kept-is-7')
  await read('other')
}, 240_000)
