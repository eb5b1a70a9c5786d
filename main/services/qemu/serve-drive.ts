import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { limitedSignal } from '../../system/process/limited-signal.ts'
import { type ProcessIdentity, isAlive, signalProcess } from '../../system/process/process-identity.ts'
import { whenListening } from '../../system/socket/when-listening.ts'
import { RefusedError } from '../refused-error.ts'
import { launchQemu } from './launch-qemu.ts'
import { sandboxOptions } from './run-sandboxed.ts'

/** How long a server may take to open its file and listen, in ms. */
const LISTEN_LIMIT_MS = 10_000
/** How long a server may take to write its last blocks once nobody needs it, and how often it is looked at, in ms. */
const END_LIMIT_MS = 5_000
const END_POLL_MS = 20

/** A file that is to be served as a drive. */
export interface DriveFile {
  /** Absolute, on the host. */
  readonly path: string
  readonly format: string
  readonly readOnly: boolean
  readonly cache: 'none' | 'writeback' | 'writethrough' | 'directsync' | 'unsafe'
  readonly discard: 'ignore' | 'unmap'
}

/**
 * Serves one file over NBD on a Unix socket, to one machine: the way by which a file comes into a sandbox that was
 * closed before anybody chose the file. qemu-nbd runs in a sandbox of its own with that one file, on its own like the
 * machine, and ends by itself when the machine lets go of the drive. Resolves when it listens.
 *
 * `socketsFolder` is the folder that the machine sees as /run/petri, `socketName` the name of the socket in it.
 */
export async function serveDrive(
  file: DriveFile,
  { socketsFolder, socketName, stderrPath }: { socketsFolder: string; socketName: string; stderrPath: string },
): Promise<ProcessIdentity> {
  const pidName = pidNameOf(socketName)
  const bind = file.readOnly ? '--ro-bind' : '--bind'
  const server = await launchQemu(
    [
      ...['bwrap', ...sandboxOptions, '--as-pid-1', bind, file.path, '/drive'],
      ...['--bind', socketsFolder, '/run/petri', '--', 'qemu-nbd'],
      ...[`--socket=/run/petri/${socketName}`, `--pid-file=/run/petri/${pidName}`, `--export-name=drive`],
      ...[`--format=${file.format}`, ...(file.readOnly ? ['--read-only'] : writeOptions(file)), '/drive'],
    ],
    { stderrPath },
  )
  const ended = new AbortController()
  const end = () => ended.abort(new Error('ended'))
  server.exited.then(end, end)
  // The pid file is written once the socket listens; connecting to it to find out would be the one connection it takes.
  using limit = limitedSignal(ended.signal, LISTEN_LIMIT_MS)
  try {
    await whenListening(join(socketsFolder, pidName), async (path) => await stat(path), limit.signal)
    const identity = await server.identity
    if (identity) return identity
    throw new Error('ended')
  } catch (cause) {
    const identity = await server.identity
    if (identity) signalProcess(identity, 'SIGKILL')
    const words = (await readFile(stderrPath, 'utf8').catch(() => '')).trim().split('\n').at(-1)
    throw new RefusedError(
      {
        code: /lock/i.test(words ?? '') ? 'in-use' : 'command-failed',
        title: 'The file could not be opened for the machine',
        ...(words && { evidence: words }),
      },
      cause,
    )
  }
}

/** Removes the files of a server's socket: once its machine is connected nobody needs them. */
export async function removeDriveSocket(socketsFolder: string, socketName: string): Promise<void> {
  for (const name of [socketName, pidNameOf(socketName)]) await rm(join(socketsFolder, name), { force: true })
}

const pidNameOf = (socketName: string) => `${socketName}.pid`

function writeOptions({ cache, discard }: DriveFile): readonly string[] {
  return [`--cache=${cache}`, `--discard=${discard}`, ...(discard === 'unmap' ? ['--detect-zeroes=unmap'] : [])]
}

/** Waits until a server that nobody needs any more has ended by itself; one that never got its machine is ended. */
export async function endDriveServer(identity: ProcessIdentity): Promise<void> {
  const until = Date.now() + END_LIMIT_MS
  let asked = false
  while (isAlive(identity)) {
    if (Date.now() > until) return void signalProcess(identity, 'SIGKILL')
    if (!asked && Date.now() > until - END_LIMIT_MS / 2) asked = signalProcess(identity, 'SIGTERM')
    await new Promise<void>((resolve) => setTimeout(resolve, END_POLL_MS))
  }
}
