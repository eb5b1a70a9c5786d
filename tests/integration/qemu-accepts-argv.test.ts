import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'

import { planVm } from '../../main/domain/vm/plan-vm.ts'
import { throwawayArgv } from '../../main/domain/vm/throwaway-argv.ts'
import type { VmPlan } from '../../main/domain/vm/vm-plan.ts'
import { readArgvCases, type ArgvCase } from '../golden/argv-case.ts'
import { putMachineOnDisk, type MachineOnDisk } from './machine-on-disk.ts'

const startLimitMs = 20_000

/** Golden cases that no QEMU on a test machine can take, and why. */
const notRun: Readonly<Record<string, string>> = {
  'kvm-arm-on-aarch64': 'the processor property aarch64=off exists under KVM only',
  'shared-folders-virtiofs': 'QEMU waits for the daemon that serves the folder; the guest that mounts one runs it',
  'riscv64-new-qemu': 'the RISC-V model max came with QEMU 8',
}

/** One of each kind goes through the whole sandbox. */
const sandboxed = [
  'recipe-emulated',
  'recipe-paravirtual',
  'recipe-starter',
  'microvm',
  'uefi-x86_64',
  'disk-many',
  'network-none',
  'network-forwards',
  'path-hostile',
  'name-commas',
  'aarch64-scsi',
  'arm-kernel',
  'shared-folders',
  'throwaway',
  'throwaway-uefi',
]

const planned = readArgvCases().flatMap((each) => {
  const planning = planVm(each.spec, each.facts)
  return planning.kind === 'planned' ? [{ ...each, plan: planning.plan }] : []
})
const runnable = planned.filter(({ name, plan }) => !(name in notRun) && canRun(plan))

describe('QEMU accepts what is planned', () => {
  test.each(runnable.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    using machine = onDisk(each)
    expect(await startAndQuit(machine.bareArgv, machine, each)).toEqual({ exitCode: 0, stderr: '' })
  })

  test.each(runnable.filter(({ name }) => sandboxed.includes(name)).map((each) => [each.name, each] as const))(
    '%s, inside the sandbox',
    async (_name, each) => {
      using machine = onDisk(each)
      expect(await startAndQuit(machine.sandboxedArgv, machine, each)).toEqual({ exitCode: 0, stderr: '' })
    },
  )

  test('every case that is left out says why, and most of the list is not', () => {
    const names = new Set(planned.map(({ name }) => name))
    expect(Object.keys(notRun).filter((name) => !names.has(name))).toEqual([])
    expect(sandboxed.filter((name) => !names.has(name))).toEqual([])
    const leftOut = planned.filter((each) => !runnable.includes(each)).map(({ name }) => name)
    if (leftOut.length > 0) console.info(`not run here: ${leftOut.join(', ')}`)
    expect(runnable.length).toBeGreaterThan(60)
  })
})

/** Firmware that is not installed is replaced by an empty chip, as nothing runs it. */
function canRun({ emulatorPath, names }: VmPlan): boolean {
  return existsSync(emulatorPath) && (names.swtpm === undefined || existsSync('/usr/bin/swtpm'))
}

function onDisk({ isThrowaway, plan }: ArgvCase & { readonly plan: VmPlan }): MachineOnDisk {
  if (!isThrowaway) return putMachineOnDisk(plan.decisions, plan)
  const scratchFolder = '/home/ada/.cache/petri/scratch'
  const decisions = { ...plan.decisions, mode: { kind: 'throwaway', scratchFolder } } as const
  return putMachineOnDisk(decisions, throwawayArgv(plan, scratchFolder))
}

/** Starts a machine stopped, waits for its greeting, and tells it to quit. */
async function startAndQuit(
  argv: readonly string[],
  machine: MachineOnDisk,
  { isThrowaway, plan }: ArgvCase & { readonly plan: VmPlan },
): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  const swtpm = isThrowaway ? undefined : await startSwtpm(machine, plan)
  const [program = '', ...args] = argv
  const child = spawn(program, [...args, '-S'], { stdio: 'pipe', timeout: startLimitMs, killSignal: 'SIGKILL' })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = once(child, 'close')
  if (isThrowaway) await quitOverTerminal(child)
  else await quitOverQmp(child, join(machine.folder, 'run/petri', plan.names.qmp))
  await closed
  swtpm?.kill()
  return { exitCode: child.exitCode, stderr: withoutKnownNoise(stderr) }
}

/** What QEMU says about the test's substitutes, and about a card that is meant to have no cable. */
function withoutKnownNoise(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/warning: (TCG doesn't support requested feature|nic \S+ has no peer)/.test(line))
    .join('\n')
}

async function quitOverQmp(child: ChildProcess, path: string): Promise<void> {
  const socket = await vi.waitFor(
    async () => {
      if (child.exitCode !== null) return undefined
      return await connected(path)
    },
    { timeout: startLimitMs, interval: 10 },
  )
  if (!socket) return
  socket.setEncoding('utf8')
  const greeting = String(await once(socket, 'data'))
  expect(JSON.parse(greeting.split('\n')[0] ?? '')).toHaveProperty('QMP.version.qemu')
  socket.on('error', () => undefined) // QEMU may close with a byte of ours unread
  socket.resume()
  socket.write('{"execute":"qmp_capabilities"}\n{"execute":"quit"}')
}

async function connected(path: string): Promise<Socket> {
  const socket = createConnection(path)
  await once(socket, 'connect')
  return socket
}

/** The monitor is behind Ctrl-A C on the terminal that it shares with the serial port. */
async function quitOverTerminal(child: ChildProcess): Promise<void> {
  child.stdin?.write('\u0001cquit\n')
  let shown = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (shown += text))
  await once(child, 'exit')
  expect(shown).toContain('monitor - type')
}

async function startSwtpm(machine: MachineOnDisk, { names }: VmPlan): Promise<ChildProcess | undefined> {
  if (names.swtpm === undefined) return undefined
  const socket = join(machine.folder, 'run/petri', names.swtpm)
  const swtpm = spawn(
    'swtpm',
    ['socket', '--tpm2', '--tpmstate', `dir=${machine.folder}`, '--ctrl', `type=unixio,path=${socket}`],
    { stdio: 'ignore', timeout: 2 * startLimitMs },
  )
  await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: startLimitMs, interval: 10 })
  return swtpm
}
