import { snapshotListingSchema } from '#contract/snapshot'

import { openPetri } from '../../../main/api/open-petri.ts'
import { endedJob } from '../../support/run-job.ts'

/**
 * Opens a data folder, does one thing, and ends by SIGKILL when that reaches the named point (for `save`, the point in
 * saving). Arguments: folder, action, point. Ends with exit code 3 when the point was not reached.
 */
const [home = '', action = '', point = ''] = process.argv.slice(2)

let armed = false
const opened = await openPetri({
  shell: 'cli',
  env: { PETRI_HOME: home },
  version: 'test',
  reach: (reached) => {
    if (armed && reached === point) process.kill(process.pid, 'SIGKILL')
  },
})
if (opened.kind !== 'owner') throw new Error('the folder has an owner')
const owner = opened

async function firstSnapshot(): Promise<string> {
  const outcome = await owner.app.dispatch('snapshot.list', { id: 'subject' })
  const { snapshots } = snapshotListingSchema.parse(outcome.ok ? outcome.value : undefined)
  return snapshots[0]?.id ?? ''
}

armed = true
const actions: Readonly<Record<string, () => Promise<unknown>>> = {
  create: async () =>
    await opened.app.dispatch('vm.create', {
      draft: {
        name: 'Created',
        architecture: 'x86_64',
        memoryMiB: 64,
        disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
      },
      newDisks: { root: 16 * 1024 * 1024 },
    }),
  save: async () => await opened.app.dispatch('vm.rename', { id: 'subject', name: 'Renamed' }),
  start: async () => await opened.app.dispatch('vm.start', { id: 'subject' }),
  snapshot: async () => await endedJob(opened.app, 'snapshot.create', { id: 'subject', name: 'Cut off' }),
  'live-snapshot': async () => {
    await opened.app.dispatch('vm.start', { id: 'subject' })
    return await endedJob(opened.app, 'snapshot.create', { id: 'subject', name: 'Cut off' })
  },
  revert: async () => {
    const snapshotId = await firstSnapshot()
    return await endedJob(opened.app, 'snapshot.revert', { id: 'subject', snapshotId, keepPresent: false })
  },
  remove: async () =>
    await endedJob(opened.app, 'snapshot.delete', { id: 'subject', snapshotId: await firstSnapshot() }),
  freeze: async () => await endedJob(opened.app, 'vm.clone', { id: 'frozen', name: 'Cut off', kind: 'linked' }),
}
console.log(JSON.stringify(await actions[action]?.()))
process.exit(3)
