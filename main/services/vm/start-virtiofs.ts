import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { VmPlan } from '../../domain/vm/vm-plan.ts'
import { limitedSignal } from '../../system/process/limited-signal.ts'
import { whenListening } from '../../system/socket/when-listening.ts'
import { launchQemu } from '../qemu/launch-qemu.ts'
import { sandboxOptions } from '../qemu/run-sandboxed.ts'
import { endDriveServer } from '../qemu/serve-drive.ts'
import { RefusedError } from '../refused-error.ts'
import { endDriveServers } from './live/end-drive-servers.ts'
import { changeLiveRecord } from './live/live-record.ts'
import type { VmFolders } from './vm-folders.ts'

/** How long virtiofsd may take to listen, in ms. */
const LISTEN_LIMIT_MS = 5_000

/**
 * What virtiofsd needs to be root of its namespace for: owners and modes of the files it makes, its chroot, and giving up
 * what it does not need (SETPCAP, without which it ends in silence when QEMU connects).
 */
const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
  'MKNOD',
  'SETFCAP',
  'SETPCAP',
]

/** The sandbox without a user namespace of its own, which would map one id only: this one is made around it. */
const insideNamespace = sandboxOptions.flatMap((option) =>
  option === '--unshare-all'
    ? ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try']
    : [option],
)

/**
 * Starts a virtiofsd for each folder that is shared by it: in a sandbox with that one folder, as root of a user namespace
 * that maps root to this user and other ids to those of /etc/subuid (QEMU 7.2's refuses to run otherwise). Like the
 * machine it outlives Petri; it ends when QEMU lets go of its socket.
 */
export async function startVirtiofs(plan: VmPlan, folders: VmFolders, virtiofsdPath: string): Promise<void> {
  const vmId = plan.spec.id
  const wished = plan.preparations.filter((preparation) => preparation.kind === 'virtiofs')
  if (wished.length === 0) return
  // Those of a start that was cut off before QEMU came to take them with it.
  await endDriveServers(folders, vmId)
  try {
    for (const preparation of wished) await startOne(vmId, preparation, folders, virtiofsdPath)
  } catch (error) {
    await endDriveServers(folders, vmId)
    throw error
  }
}

type VirtiofsPreparation = Extract<VmPlan['preparations'][number], { kind: 'virtiofs' }>

/** Around bwrap: the user namespace whose root it is. */
const namespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--']

function sandboxedServer({ folder, readOnly, socket }: VirtiofsPreparation, sockets: string, virtiofsdPath: string) {
  return [
    ...['bwrap', ...insideNamespace, '--as-pid-1', ...capabilities.flatMap((name) => ['--cap-add', `CAP_${name}`])],
    ...['--tmpfs', '/var/run', readOnly ? '--ro-bind' : '--bind', folder, '/shared', '--bind', sockets, '/run/petri'],
    ...['--', virtiofsdPath, '-f', `--socket-path=/run/petri/${socket}`, '-o', 'source=/shared,sandbox=chroot'],
  ]
}

/** The whole command that shares one folder. `sockets`: the machine's folder for them, on the host. */
export function virtiofsArgv(
  preparation: VirtiofsPreparation,
  sockets: string,
  virtiofsdPath: string,
): readonly string[] {
  return [...namespace, ...sandboxedServer(preparation, sockets, virtiofsdPath)]
}

async function startOne(
  vmId: string,
  preparation: VirtiofsPreparation,
  folders: VmFolders,
  virtiofsdPath: string,
): Promise<void> {
  const { folder, id, socket } = preparation
  const sockets = folders.sockets(vmId)
  const stderrPath = join(folders.runtime(vmId), `${socket}.log`)
  const server = await launchQemu(sandboxedServer(preparation, sockets, virtiofsdPath), {
    stderrPath,
    prefix: namespace,
  })
  const ended = new AbortController()
  const end = () => ended.abort(new Error('ended'))
  server.exited.then(end, end)
  using limit = limitedSignal(ended.signal, LISTEN_LIMIT_MS)
  try {
    // Waits for the file only: virtiofsd takes one connection, which is QEMU's.
    await whenListening(join(sockets, socket), async (path) => await stat(path), limit.signal)
    const identity = await server.identity
    if (!identity) throw new Error('ended')
    await changeLiveRecord(folders, vmId, (record) => ({
      ...record,
      servers: { ...record.servers, [`share-${id}`]: { ...identity } },
    }))
  } catch (cause) {
    const identity = await server.identity
    if (identity) await endDriveServer(identity)
    const words = (await readFile(stderrPath, 'utf8').catch(() => '')).trim()
    throw new RefusedError(
      {
        code: 'command-failed',
        title: `The folder ${folder} could not be shared`,
        ...(words !== '' && { evidence: words.split('\n').at(-1), raw: words }),
        cause: 'virtiofsd did not start. It needs ids of your own in /etc/subuid and /etc/subgid.',
        cure: { text: 'Share the folder over 9p, which needs nothing of that.' },
      },
      cause,
    )
  } finally {
    await rm(stderrPath, { force: true })
  }
}
