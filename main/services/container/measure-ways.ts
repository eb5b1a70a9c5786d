import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import type { ContainerArchitecture } from '#contract/container'
import type { wayCostSchema } from '#contract/container-calls'
import { architectureFacts, runsNatively } from '../../domain/container/architectures.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { runCommand } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import type { BaseFile } from './base-store.ts'
import type { ContainerFolders } from './container-folders.ts'
import { findProgram } from './find-container-host.ts'
import { resolveInside } from './inspect-root.ts'
import type { UnpackWork } from './unpack-root.ts'

export type WayCost = z.output<typeof wayCostSchema>

/** The same work for both processors, for programs that every root file system of Debian has. */
const PROBES = {
  cpu: ['/bin/sh', '-c', 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done'],
  syscalls: ['/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=1', 'count=150000', 'status=none'],
  files: ['/bin/sh', '-c', 'i=0; while [ $i -lt 3000 ]; do : > f$i; i=$((i+1)); done'],
} as const
const ROUNDS = 3
const PROBE_LIMIT_MS = 60_000

const measuredSchema = z.object({ cpu: z.number(), syscalls: z.number(), files: z.number() })
type Measured = z.output<typeof measuredSchema>

/** Runs the probes natively and emulated, by turns, and keeps the medians' quotients. */
export async function measureWays(
  architecture: ContainerArchitecture,
  host: ContainerHost,
  bases: readonly BaseFile[],
  folders: ContainerFolders,
  work: UnpackWork,
): Promise<readonly WayCost[]> {
  const emulator = host.emulators[architecture]
  const base = bases.find((each) => each.architecture === architecture)
  if (emulator === undefined || base === undefined)
    throw new RefusedError({
      code: 'unavailable',
      title: `There is nothing to measure ${architecture} with yet`,
      evidence:
        emulator === undefined ? 'The emulator is not installed.' : `No root file system for ${architecture} is there.`,
      cure: {
        text: 'Make a container of that architecture first.',
        command: `petri container create ${architecture} --arch ${architecture} --from debian:bookworm`,
      },
    })
  const root = join(folders.base(base.id), 'fs')
  const scratch = await mkdtemp(join(tmpdir(), 'petri-measure-'))
  try {
    const factor = async (name: keyof typeof PROBES) => {
      work.progress({ phase: `Measuring ${name}` })
      const [program, ...args] = PROBES[name]
      const inside = await resolveInside([root], program)
      if (inside === undefined)
        throw new RefusedError({ code: 'not-found', title: `${program} is not in ${base.label}` })
      const native: number[] = []
      const emulated: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        native.push(await timed([program, ...args], scratch, work.signal))
        emulated.push(await timed([emulator, '-L', root, inside, ...args], scratch, work.signal))
      }
      return Number((median(emulated) / median(native)).toPrecision(3))
    }
    const measured: Measured = {
      cpu: await factor('cpu'),
      syscalls: await factor('syscalls'),
      files: await factor('files'),
    }
    await writeDurableFile(fileOf(folders, architecture), JSON.stringify(measured))
    return await waysFor(architecture, host, folders)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The three ways to run programs of an architecture, with what was measured here and what limits each. */
export async function waysFor(
  architecture: ContainerArchitecture,
  host: ContainerHost,
  folders: ContainerFolders,
): Promise<readonly WayCost[]> {
  const { qemu, triplet, bits } = architectureFacts[architecture]
  const measured = await readMeasured(folders, architecture)
  const native = runsNatively(host.architecture, architecture)
  const compiler = await findProgram(`${triplet}-gcc`)
  const limits = native
    ? ['This host’s processor runs it: as fast as any program here.']
    : [
        'Programs are translated one by one; the host’s kernel serves them.',
        'systemd from 253 on hangs as process 1: use a shell or a small init.',
        'ptrace does not work: gdb goes through the emulator (--gdb), strace too (--strace).',
        ...(bits === 32
          ? ['32-bit programs without large-file support may say "Value too large for defined data type".']
          : []),
        ...(architecture === 'arm64'
          ? ['QEMU 7.2 has known crashes in arm64 programs; newer versions are better.']
          : []),
        'Set-uid programs (sudo, ping) run without their owner’s rights.',
      ]
  return [
    { way: 'container', ...(native ? { cpu: 1, syscalls: 1, files: 1 } : measured), notes: limits },
    {
      way: 'machine',
      notes: [
        native
          ? 'A machine of its own, with its own kernel.'
          : `qemu-system emulates the whole machine (${qemu}), its kernel included.`,
        'The most faithful: drivers, kernel modules, systemd and ptrace work.',
        'It was not measured here: it would have to boot first.',
      ],
    },
    {
      way: 'cross',
      ...(compiler !== undefined && { cpu: 1 }),
      notes: [
        compiler === undefined
          ? `Not installed: sudo apt-get install -y gcc-${triplet.replace(/^i386/, 'i686')}`
          : `${compiler} builds on this host’s own processor, at its full speed.`,
        'The fastest way to build; what it builds still needs one of the other ways to run.',
        'Libraries of the target have to be there (dpkg --add-architecture, or a sysroot).',
      ],
    },
  ]
}

const fileOf = (folders: ContainerFolders, architecture: string) => join(folders.cache, `ways-${architecture}.json`)

async function readMeasured(folders: ContainerFolders, architecture: string): Promise<Partial<Measured>> {
  try {
    return measuredSchema.parse(JSON.parse(await readFile(fileOf(folders, architecture), 'utf8')))
  } catch {
    return {}
  }
}

async function timed(argv: readonly [string, ...string[]], cwd: string, signal: AbortSignal): Promise<number> {
  const began = performance.now()
  await runCommand(argv, { cwd, signal, timeoutMs: PROBE_LIMIT_MS })
  return performance.now() - began
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
