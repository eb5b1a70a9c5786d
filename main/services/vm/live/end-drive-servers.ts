import { endDriveServer } from '../../qemu/serve-drive.ts'
import type { VmFolders } from '../vm-folders.ts'
import { readLiveRecord } from './live-record.ts'

/** Waits until everything that served the machine that has ended has ended, too. */
export async function endDriveServers(folders: VmFolders, id: string): Promise<void> {
  await Promise.all(Object.values((await readLiveRecord(folders, id)).servers).map(endDriveServer))
}
