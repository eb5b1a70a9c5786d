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
const PROBE_LIMIT_MS = 3_000

const verdictSchema = z.object({ bootId: z.string(), emulator: z.string(), usable: z.boolean(), reason: z.string() })

/** Whether guests run under KVM here, and why (not), as a sentence. */
export interface KvmVerdict {
  readonly usable: boolean
  readonly reason: string
}

/**
 * Proves KVM by running a guest up to 64-bit code. That /dev/kvm opens and answers ioctls proves nothing: on nested
 * hosts without hardware support both work, and the guest hangs or QEMU aborts. The verdict is kept per boot of the
 * host and version of QEMU, so the cost comes once. Never throws.
 */
export async function probeKvm(options: {
  architecture: VmArchitecture
  emulator: Emulator | undefined
  cacheFolder: string
  accelerator?: 'kvm' | 'tcg'
  again?: boolean
}): Promise<KvmVerdict> {
  const { architecture, emulator, cacheFolder, accelerator = 'kvm' } = options
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
  const verdict = await runProbe(architecture, emulator, cacheFolder, accelerator)
  if (accelerator === 'kvm')
    await writeDurableFile(cacheFile, `${JSON.stringify({ ...key, ...verdict }, undefined, 2)}\n`).catch(() => {})
  return verdict
}

async function runProbe(
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
      { timeoutMs: PROBE_LIMIT_MS, cwd: '/' },
    )
    return image.provenExitCode === 0 ? proven : failed('QEMU ended before the guest gave its sign')
  } catch (error) {
    if (!(error instanceof CommandError)) return failed(error instanceof Error ? error.message : String(error))
    if (error.reason === 'failed' && error.exitCode === image.provenExitCode) return proven
    if (error.reason === 'timed-out')
      return failed(`a test guest did not reach 64-bit code within ${PROBE_LIMIT_MS / 1000} s`)
    return failed(
      `a test guest failed: ${firstLine(error.stderrTail) || `QEMU ended with ${error.exitCode ?? error.signal}`}`,
    )
  } finally {
    await rm(bios, { force: true })
  }
}

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
