import { RefusedError } from '../../refused-error.ts'
import type { VmFolders } from '../vm-folders.ts'
import type { VmSession } from '../vm-session.ts'
import { readLiveRecord } from './live-record.ts'

/** Memory that was saved now would not fit the devices of the next start. */
export async function refuseChangedDevices(folders: VmFolders, session: VmSession): Promise<void> {
  if (!(await readLiveRecord(folders, session.record.vmId)).devicesChanged) return
  throw new RefusedError({
    code: 'conflict',
    title: 'The machine cannot be suspended in this run',
    cause:
      'Disks or network cards came or went while it ran. They have other places from the next start on, which saved memory would not fit.',
    cure: { text: 'Shut it down and start it once; then it can be suspended again.' },
  })
}
