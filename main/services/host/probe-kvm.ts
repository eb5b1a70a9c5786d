import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import type { Emulator } from '../../domain/vm/host-facts.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { bootId } from '../../system/process/process-identity.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import type { VmArchitecture } from '#contract/vm-spec'
import { kvmProbeImage } from './kvm-probe-image.ts'

/** A guest that works needs some tens of ms; one that hangs burns a core until this is over. In ms. */
const FIRST_CODE_LIMIT_MS = 2_000
/** A kernel that works is through in half a second. Both limits together are the longest a first start can wait. In ms. */
const KERNEL_LIMIT_MS = 3_000
/** Counts up whenever a proof asks for more than the one before: verdicts of older proofs are not taken. */
const PROOF = 2

const verdictSchema = z.object({
  proof: z.literal(PROOF),
  bootId: z.string(),
  emulator: z.string(),
  usable: z.boolean(),
  reason: z.string(),
})

/** Whether guests run under KVM here, and why (not), as a sentence. */
export interface KvmVerdict {
  readonly usable: boolean
  readonly reason: string
}

/**
 * Proves KVM by running guests. That /dev/kvm opens and answers ioctls proves nothing: on nested hosts without hardware
 * support both work, and the guest hangs or QEMU aborts. First some bytes that reach 64-bit code, which is over at once;
 * then, where there is one, a Linux kernel up to its end for want of a root file system: with kvm_pvm the bytes run and
 * the kernel never prints a line (seen with Linux 6.18). The verdict is kept per boot of the host and version of QEMU,
 * so the cost comes once. Never throws.
 */
export async function probeKvm(options: {
  architecture: VmArchitecture
  emulator: Emulator | undefined
  cacheFolder: string
  /** Absolute path of a Linux kernel for this architecture; undefined: none is at hand. */
  kernelPath: string | undefined
  accelerator?: 'kvm' | 'tcg'
  kernelLimitMs?: number
  again?: boolean
}): Promise<KvmVerdict> {
  const { architecture, emulator, cacheFolder, accelerator = 'kvm', kernelPath } = options
  if (!emulator) return { usable: false, reason: `qemu-system for ${architecture} is not installed` }
  if (accelerator === 'kvm') {
    const closed = await whyClosed('/dev/kvm')
    if (closed) return { usable: false, reason: closed }
  }
  const cacheFile = join(cacheFolder, 'kvm-verdict.json')
  const key = { bootId: bootId(), emulator: `${emulator.path} ${emulator.version.join('.')}` }
  if (accelerator === 'kvm' && !options.again) {
    const kept = verdictSchema.safeParse(await readJson(cacheFile))
    if (kept.success && kept.data.bootId === key.bootId && kept.data.emulator === key.emulator)
      return { usable: kept.data.usable, reason: kept.data.reason }
  }
  const firstCode = await runFirstCode(architecture, emulator, cacheFolder, accelerator)
  const verdict =
    firstCode.usable && kernelPath !== undefined
      ? await runKernel(architecture, emulator, kernelPath, accelerator, options.kernelLimitMs ?? KERNEL_LIMIT_MS)
      : firstCode
  if (accelerator === 'kvm')
    await writeDurableFile(cacheFile, `${JSON.stringify({ proof: PROOF, ...key, ...verdict }, undefined, 2)}\n`).catch(
      () => {},
    )
  return verdict
}

async function runFirstCode(
  architecture: VmArchitecture,
  emulator: Emulator,
  cacheFolder: string,
  accelerator: 'kvm' | 'tcg',
): Promise<KvmVerdict> {
  const image = kvmProbeImage(architecture)
  if (!image) return { usable: false, reason: `Petri has no KVM proof for ${architecture} hosts` }
  const bios = join(cacheFolder, `kvm-probe-${randomBytes(4).toString('hex')}.bin`)
  try {
    await mkdir(cacheFolder, { recursive: true })
    await writeFile(bios, image.bytes, { mode: 0o600 })
    await runCommand(
      [
        emulator.path,
        ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-m', '16'],
        ...['-machine', image.machineType, '-accel', accelerator, '-cpu', accelerator === 'kvm' ? 'host' : 'max'],
        ...['-bios', bios, ...image.extraArgs],
      ],
      { timeoutMs: FIRST_CODE_LIMIT_MS, cwd: '/' },
    )
    return image.provenExitCode === 0 ? proven : failed('QEMU ended before the guest gave its sign')
  } catch (error) {
    if (!(error instanceof CommandError)) return failed(error instanceof Error ? error.message : String(error))
    if (error.reason === 'failed' && error.exitCode === image.provenExitCode) return proven
    if (error.reason === 'timed-out')
      return failed(`a test guest did not reach 64-bit code within ${FIRST_CODE_LIMIT_MS / 1000} s`)
    return failed(
      `a test guest failed: ${firstLine(error.stderrTail) || `QEMU ended with ${error.exitCode ?? error.signal}`}`,
    )
  } finally {
    await rm(bios, { force: true })
  }
}

async function runKernel(
  architecture: VmArchitecture,
  emulator: Emulator,
  kernelPath: string,
  accelerator: 'kvm' | 'tcg',
  limitMs: number,
): Promise<KvmVerdict> {
  const machine = architecture === 'aarch64' ? 'virt' : 'q35'
  const console = architecture === 'aarch64' ? 'earlycon console=ttyAMA0' : 'earlyprintk=ttyS0 console=ttyS0'
  try {
    const { stdout } = await runCommand(
      [
        emulator.path,
        ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-m', '128', '-serial', 'stdio'],
        ...['-machine', machine, '-accel', accelerator, '-cpu', accelerator === 'kvm' ? 'host' : 'max'],
        // Without a root file system it panics, and a panic restarts it at once, which ends QEMU.
        ...['-kernel', kernelPath, '-append', `${console} panic=-1`],
      ],
      { timeoutMs: limitMs, cwd: '/' },
    )
    if (stdout.includes('Linux version')) return provenByKernel
    return failed('a Linux kernel ended without a word')
  } catch (error) {
    if (error instanceof CommandError && error.reason === 'timed-out')
      return failed(`simple code runs, but a Linux kernel hangs (no end within ${limitMs / 1000} s)`)
    return failed(`a Linux kernel failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const provenByKernel: KvmVerdict = { usable: true, reason: 'KVM runs guests on this host (a Linux kernel ran in one)' }
const proven: KvmVerdict = { usable: true, reason: 'KVM runs guests on this host (a test guest reached 64-bit code)' }
const failed = (why: string): KvmVerdict => ({
  usable: false,
  reason: `KVM opens but does not work on this host: ${why}`,
})

async function whyClosed(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT')
      return 'this host has no /dev/kvm: virtualization is off in the firmware, or its module is not loaded'
    if (code === 'EACCES' || code === 'EPERM') return 'you may not open /dev/kvm'
    return `/dev/kvm cannot be opened (${String(code)})`
  }
}

const firstLine = (text: string) => text.trim().split('\n')[0]?.trim()

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
