import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createDiskService } from '../../main/services/disk/disk-service.ts'
import { openJobService } from '../../main/services/jobs/job-service.ts'
import { runCommand } from '../../main/system/process/run-command.ts'

const MIB = 1024 * 1024
const DISK_BYTES = 4096 * MIB

/**
 * A folder with a raw source of 4 GiB, the workbench on it, and a stop watch. `dataPart` of the source, 0..1, holds data
 * that compresses to about a half. Whoever calls disposes of it.
 */
export async function openDiskPlace(dataPart: number) {
  const path = await mkdtemp(join(tmpdir(), 'petri-bench-disk-'))
  const source = join(path, 'source.raw')
  const clean = () => rmSync(path, { recursive: true, force: true })
  // Some gigabytes, which a measure that is ended early must not leave behind.
  const endEarly = () => {
    clean()
    process.exit(1)
  }
  process.on('SIGINT', endEarly).on('SIGTERM', endEarly)
  await writeSource(source, Math.round(MIB / dataPart))
  const jobs = await openJobService({
    folder: join(path, 'jobs'),
    toFailure: (error) => ({ code: 'internal', title: String(error) }),
    onEvent: () => {},
    now: () => new Date(),
  })
  const unused = () => {
    throw new Error('no machines here')
  }
  const context = {
    journal: join(path, 'journal'),
    importFolder: path,
    starterFolder: undefined,
    makeMachine: unused,
    machineToExport: unused,
    filesInUse: () => new Map<string, string>(),
    mustStandStill: () => undefined,
    machinesOf: () => [],
  }
  const disks = createDiskService(context, jobs)
  let made = 0
  return {
    source,
    disks,
    nextTarget: () => join(path, `target-${++made}.qcow2`),
    async ended(jobId: string): Promise<void> {
      const { state } = await jobs.ended(jobId)
      if (state.kind !== 'done') throw new Error(JSON.stringify(state))
    },
    /** The words of `qemu-img` that the workbench chose for this conversion. */
    async flags(target: string, compress: 'none' | 'zstd') {
      const wish = {
        source,
        target,
        format: 'qcow2',
        options: {},
        compress,
        verify: false,
        backing: [],
        confirmDevice: false,
      } as const
      const { argv } = await disks.plan({ ...wish, backing: [] }, new AbortController().signal)
      return argv
    },
    /** Runs a bare command; ms. */
    async bare(argv: readonly string[]): Promise<number> {
      const [program = '', ...args] = argv
      const began = performance.now()
      await runCommand([program, ...args])
      return performance.now() - began
    },
    async [Symbol.asyncDispose]() {
      await jobs.close()
      clean()
      process.off('SIGINT', endEarly).off('SIGTERM', endEarly)
    },
  }
}

async function writeSource(path: string, stepBytes: number): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.truncate(DISK_BYTES)
    const text = Buffer.alloc(MIB / 2, 'as compressible as text\n')
    for (let at = 0; at < DISK_BYTES; at += stepBytes)
      await file.write(Buffer.concat([randomBytes(MIB / 2), text]), 0, MIB, at)
    await file.sync()
  } finally {
    await file.close()
  }
}
