import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { openPetri } from '../../../main/api/open-petri.ts'
import { snapshotListingSchema } from '#contract/snapshot'
import { vmDetailSchema } from '#contract/vm-state'
import { endedJob } from '../../support/run-job.ts'

/**
 * Takes snapshots and clones on a small file system that is filled up in between; prints what came of it. Argument: the
 * folder of that file system.
 */
const [home = ''] = process.argv.slice(2)
const MIB = 1024 * 1024
const filler = join(home, 'filler')
let fillAt: string | undefined

const opened = await openPetri({
  shell: 'cli',
  env: { PETRI_HOME: join(home, 'petri') },
  version: 'test',
  reach: (point) => {
    if (point !== fillAt) return
    fillAt = undefined
    fillUpTo(0)
  },
})
if (opened.kind !== 'owner') throw new Error('the folder has an owner')
const { app } = opened
// QEMU is no reason for Node to stay, and this program has nothing else while it waits for QEMU's end.
const awake = setInterval(() => {}, 1_000)
const id = 'small'
const disks = [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }]
const draft = { name: 'Small', architecture: 'x86_64', memoryMiB: 64, disks }
await must('vm.create', { draft, newDisks: { root: 8 * MIB } })
const { folder } = vmDetailSchema.parse(await must('vm.show', { id }))
const root = join(folder, 'root.qcow2')
execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 9 0 1M', root], { stdio: 'pipe' })
await must('vm.start', { id })

fillUpTo(40 * MIB)
const refusedBefore = await codeOf('snapshot.create', { id })
const disksAlone = await endOf('snapshot.create', { id, memory: false })
rmSync(filler)
fillAt = 'snapshot.begun'
const failedInTheMiddle = await endOf('snapshot.create', { id })
const stateAfter = vmDetailSchema.parse(await must('vm.show', { id })).entry.state.kind
rmSync(filler)
await must('vm.powerOff', { id })
fillUpTo(20 * MIB)
const clone = await codeOf('vm.clone', { id })
rmSync(filler)
const afterRoom = await endOf('snapshot.create', { id })
const { snapshots } = snapshotListingSchema.parse(await must('snapshot.list', { id }))
const leftovers = (await readdir(folder)).filter((name) => /unfinished|partial|tmp$/.test(name))
await app[Symbol.asyncDispose]()
clearInterval(awake)
execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', root], { stdio: 'pipe' })
const read = execFileSync('qemu-io', ['-f', 'qcow2', '-r', '-c', 'read -P 9 0 1M', root], { encoding: 'utf8' })

process.stdout.write(
  JSON.stringify({
    refusedBefore,
    disksAlone,
    failedInTheMiddle,
    stateAfter,
    listed: snapshots.length,
    clone,
    leftovers,
    afterRoom,
    contents: /verification failed/i.test(read) ? 'damaged' : 'as written',
  }),
)

/** Writes a file until no more than `leftBytes` are free. */
function fillUpTo(leftBytes: number): void {
  const file = openSync(filler, 'w')
  const block = Buffer.alloc(64 * 1024, 1)
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(home)
      if (bavail * bsize <= leftBytes) break
      if (writeSync(file, block) === 0) break
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    fsyncSync(file)
    closeSync(file)
  }
}

async function must(name: string, params: unknown): Promise<unknown> {
  const outcome = await app.dispatch(name, params)
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
  return outcome.value
}

/** `done`, or the code of the failure. */
async function codeOf(name: string, params: unknown): Promise<string> {
  const outcome = await app.dispatch(name, params)
  return outcome.ok ? 'done' : outcome.failure.code
}

/** The same for a job's end. */
async function endOf(name: 'snapshot.create', params: { id: string; memory?: boolean }): Promise<string> {
  const { state } = await endedJob(app, name, params)
  return state.kind === 'failed' ? state.failure.code : state.kind
}
