import { access, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

import type { ContainerArchitecture } from '#contract/container'
import type { BinfmtEntry } from '#contract/elf'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { runCommand } from '../../system/process/run-command.ts'
import { findContainerHost, readRegistrations } from './find-container-host.ts'
import type { ContainerService } from './container-service.ts'

export interface BinfmtReport {
  readonly host: { readonly mounted: boolean; readonly entries: BinfmtEntry[] }
  readonly containers: { readonly id: string; readonly name: string; readonly entries: BinfmtEntry[] }[]
  readonly emulators: {
    readonly architecture: ContainerArchitecture
    readonly path: string
    readonly version: string
  }[]
  readonly own: { readonly works: boolean; readonly why: string }
  readonly systemWide: { readonly text: string; readonly command: string }
}

const VERSION_LIMIT_MS = 5_000

/** What is registered on the host and in each running container, and which emulators there are. */
export async function binfmtReport(containers: ContainerService, home: string): Promise<BinfmtReport> {
  const host: ContainerHost = await findContainerHost({ home, userName: userInfo().username })
  const mounted = await access('/proc/sys/fs/binfmt_misc/register').then(
    () => true,
    () => false,
  )
  const running = containers
    .list()
    .flatMap(({ id, name, state }) =>
      state.kind === 'running' && state.route === 'own' ? [{ id, name, pid: state.pid }] : [],
    )
  return {
    host: { mounted, entries: [...host.registrations] },
    containers: await Promise.all(
      running.map(async ({ id, name, pid }) => ({
        id,
        name,
        entries: [...(await readRegistrations(`/proc/${pid}/root/proc/sys/fs/binfmt_misc`))],
      })),
    ),
    emulators: await versions(host),
    own: {
      works: host.ownBinfmtRefused === undefined,
      why:
        host.ownBinfmtRefused ??
        'Each container registers its emulator in a namespace of its own; this host is not changed.',
    },
    systemWide: {
      text: 'This registers every emulator for the whole host and for all users, also after a reboot. Containers of Petri do not need it.',
      command: 'sudo apt-get install -y qemu-user-static binfmt-support',
    },
  }
}

async function versions({ emulators }: ContainerHost): Promise<BinfmtReport['emulators']> {
  const rows: BinfmtReport['emulators'] = []
  const known = new Map<string, string>()
  for (const architecture of keysOf(emulators)) {
    const path = emulators[architecture]
    if (path === undefined) continue
    // All come from one package; one answer stands for those of the same folder.
    const package_ = await readFile('/var/lib/dpkg/info/qemu-user-static.list', 'utf8').catch(() => '')
    const key = package_.includes(`${path}\n`) ? 'package' : path
    const version = known.get(key) ?? (await versionOf(path))
    known.set(key, version)
    rows.push({ architecture, path, version })
  }
  return rows
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await runCommand([path, '--version'], { timeoutMs: VERSION_LIMIT_MS }).catch(() => ({
    stdout: '',
  }))
  return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown'
}

function keysOf<K extends string>(record: Readonly<Partial<Record<K, unknown>>>): readonly K[] {
  const keys: K[] = []
  for (const key in record) keys.push(key)
  return keys
}
