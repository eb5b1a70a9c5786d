import { spawn } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { Preparation, VmPlan } from '../../domain/vm/vm-plan.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { whenListening } from '../../system/socket/when-listening.ts'
import { runQemuImg, sandboxOptions } from '../qemu/run-sandboxed.ts'
import { startVirtiofs } from './start-virtiofs.ts'
import type { VmFolders } from './vm-folders.ts'

/** How long swtpm may take to listen, in ms. */
const SWTPM_LIMIT_MS = 5_000

/** Makes what has to be there before QEMU starts. What exists already is left as it is. */
export async function prepareVm(
  plan: VmPlan,
  folders: VmFolders,
  { swtpmPath, virtiofsdPath }: { swtpmPath?: string | undefined; virtiofsdPath?: string | undefined } = {},
): Promise<void> {
  const sockets = folders.sockets(plan.spec.id)
  await mkdir(sockets, { recursive: true, mode: 0o700 })
  await mkdir(folders.state(plan.spec.id), { recursive: true, mode: 0o700 })
  await removeOldSockets(sockets)
  for (const preparation of plan.preparations) await prepare(preparation)
  if (virtiofsdPath !== undefined) await startVirtiofs(plan, folders, virtiofsdPath)
  const tpm = plan.preparations.find((preparation) => preparation.kind === 'tpm-state')
  if (tpm && swtpmPath && plan.names.swtpm) await startSwtpm(swtpmPath, tpm.folder, join(sockets, plan.names.swtpm))
}

/** Makes one file or folder, unless it is there. */
export async function prepare(preparation: Preparation): Promise<void> {
  switch (preparation.kind) {
    case 'overlay': {
      const { baseFormat, basePath, belowPaths, path } = preparation
      await runQemuImg(['create', '-q', '-f', 'qcow2', '-b', basePath, '-F', baseFormat, path], {
        readOnly: [basePath, ...belowPaths],
        writableFolder: dirname(path),
      })
      return
    }
    case 'virtiofs':
      return // a program, not a file: started with the machine
    case 'tpm-state': {
      await mkdir(preparation.folder, { recursive: true, mode: 0o700 })
      return
    }
    case 'uefi-vars': {
      if (await stat(preparation.path).catch(() => undefined)) return
      const { templateFormat, templatePath, path } = preparation
      const partial = `${path}.partial`
      await runQemuImg(['convert', '-f', templateFormat, '-O', 'qcow2', templatePath, partial], {
        readOnly: [],
        writableFolder: dirname(path),
      })
      await rename(partial, path)
      return
    }
  }
}

/** Sockets and pid files of earlier starts: this machine is stopped, or it would not be prepared. */
async function removeOldSockets(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true })
}

/**
 * A software TPM 2.0 for one machine, as much on its own as the machine is: detached, in a sandbox that holds nothing
 * but its state, and ending itself when QEMU closes the connection (`terminate`).
 */
async function startSwtpm(swtpmPath: string, stateFolder: string, socketPath: string): Promise<void> {
  const [program, ...args] = withoutDescriptors(swtpmArgv(swtpmPath, stateFolder, socketPath))
  const child = spawn(program, args, { detached: true, cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' })
  child.on('error', () => {}) // QEMU says that there is no TPM, in words that the person gets to see
  child.unref()
  // Waits for the file only: swtpm serves one connection, which is QEMU's.
  await whenListening(socketPath, async (path) => await stat(path), AbortSignal.timeout(SWTPM_LIMIT_MS))
}

/** The command of a machine's TPM. */
export function swtpmArgv(swtpmPath: string, stateFolder: string, socketPath: string): readonly string[] {
  return [
    'bwrap',
    ...sandboxOptions,
    ...[
      '--bind',
      stateFolder,
      '/tpm',
      '--bind',
      dirname(socketPath),
      '/run/petri',
      '--',
      swtpmPath,
      'socket',
      '--tpm2',
    ],
    ...['--tpmstate', 'dir=/tpm', '--ctrl', `type=unixio,path=/run/petri/${basename(socketPath)},terminate`],
  ]
}
