import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { nodeRemovals, type QmpCommand, servedNodes } from '../../../domain/vm/live/plug-commands.ts'
import type { ProcessIdentity } from '../../../system/process/process-identity.ts'
import { type DriveFile, endDriveServer, removeDriveSocket, serveDrive } from '../../qemu/serve-drive.ts'
import { changeLiveRecord, readLiveRecord } from './live-record.ts'
import { type RunningVm, runCommands, tryCommands } from './running-vm.ts'

/**
 * Brings a file into the running machine as the block nodes of `node`. Leaves nothing behind when that fails.
 * `makeRoom` runs when the file has proved to be one that can be opened, and before the machine sees it.
 */
export async function addServedNodes(
  { session, folders }: RunningVm,
  node: string,
  file: DriveFile,
  makeRoom: () => Promise<void> = async () => {},
): Promise<void> {
  const id = session.record.vmId
  const socketName = `drive-${randomBytes(4).toString('hex')}.sock`
  const socketsFolder = folders.sockets(id)
  const stderrPath = join(folders.runtime(id), `${socketName}.log`)
  try {
    const server = await serveDrive(file, { socketsFolder, socketName, stderrPath })
    await roomOrNoServer(server, makeRoom)
    await changeLiveRecord(folders, id, (record) => ({
      ...record,
      servers: { ...record.servers, [node]: { ...server } },
    }))
    await connectNodes({ session, folders }, node, servedNodes(node, socketName, file))
  } finally {
    await removeDriveSocket(socketsFolder, socketName)
    await rm(stderrPath, { force: true })
  }
}

async function roomOrNoServer(server: ProcessIdentity, makeRoom: () => Promise<void>): Promise<void> {
  try {
    await makeRoom()
  } catch (error) {
    await endDriveServer(server)
    throw error
  }
}

async function connectNodes(
  vm: Pick<RunningVm, 'session' | 'folders'>,
  node: string,
  commands: readonly QmpCommand[],
): Promise<void> {
  try {
    await runCommands(vm.session, commands)
  } catch (error) {
    await removeNodes(vm, node)
    throw error
  }
}

/** Takes the block nodes of a drive away and waits until the program behind them, if any, has written its last. */
export async function removeNodes(
  { session, folders }: Pick<RunningVm, 'session' | 'folders'>,
  node: string,
): Promise<void> {
  await tryCommands(session, nodeRemovals(node))
  const server = (await readLiveRecord(folders, session.record.vmId)).servers[node]
  if (!server) return
  await endDriveServer(server)
  await changeLiveRecord(folders, session.record.vmId, (record) => {
    const { [node]: _ended, ...servers } = record.servers
    return { ...record, servers }
  })
}
