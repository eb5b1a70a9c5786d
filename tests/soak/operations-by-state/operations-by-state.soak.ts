import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { apiCalls } from '#contract/api'
import type { Failure } from '#contract/failure'
import type { VmDraftInput } from '#contract/vm-spec'
import { checkDisk } from '../../support/disk-contents.ts'
import { type LocalPetri, localPetri } from '../../support/local-petri.ts'
import { jobResult } from '../../support/run-job.ts'
import { soakSize } from '../soak-size.ts'
import { type AskedState, type Operation, operations, states, type Subject } from './operations.ts'

const MIB = 1024 * 1024
/** Of the operations that change a machine, the short version does every nth, another one in each state. */
const every = soakSize({ short: 20, full: 1 })
const draft: VmDraftInput = {
  name: 'Subject',
  architecture: 'x86_64',
  memoryMiB: 64,
  disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
  cdroms: [{ id: 'cd', path: null, bus: 'sata' }],
  display: { kind: 'vnc', device: 'std' },
  networks: [{ id: 'lan', model: 'virtio', backend: { kind: 'user' } }],
}

/** Of these, each that names a machine is among the operations. */
const aboutMachines = /^(vm|snapshot|forward|share|media|memory)\./

it('the operations are all that can be asked of one machine', () => {
  const asked = new Set<string>(operations.map(({ call }) => call))
  const calls = Object.entries(apiCalls)
    .filter(([name, { params }]) => aboutMachines.test(name) && 'shape' in params && 'id' in params.shape)
    .map(([name]) => name)
  expect(calls.length).toBeGreaterThan(30)
  expect(calls.filter((name) => !asked.has(name))).toEqual([])
})

describe(`${operations.length} operations in ${states.length} states are done, or refused with a reason`, () => {
  it.each(states)('%s', async (state) => {
    await using petri = await localPetri()
    const wrong: string[] = []
    let asked = 0
    let subject: Subject | undefined
    const place = states.indexOf(state)
    for (const [index, operation] of operations.entries()) {
      const isAllowed = operation.allowed[place] === '+'
      if (isAllowed && operation.reads === undefined && (index + place) % every !== 0) continue
      subject ??= await subjectIn(petri, state)
      const problem = await ask(petri, state, operation, isAllowed, subject)
      if (problem !== undefined) wrong.push(`${operation.title}: ${problem}`)
      asked += 1
      if ((isAllowed && operation.reads === undefined) || problem !== undefined) {
        await remove(petri, subject)
        subject = undefined
      }
    }
    if (subject) await remove(petri, subject)
    expect(wrong).toEqual([])
    console.log(`${state}: ${asked} of ${operations.length} asked`)
  })
})

/** What is wrong with how an operation went; undefined: nothing. */
async function ask(
  petri: LocalPetri,
  state: AskedState,
  operation: Operation,
  isAllowed: boolean,
  subject: Subject,
): Promise<string | undefined> {
  const outcome = await petri.app.dispatch(operation.call, operation.params(subject))
  const isJob = outcome.ok && typeof outcome.value === 'object' && outcome.value !== null && 'jobId' in outcome.value
  const failure = outcome.ok ? isJob && (await failureOfJob(petri, String(outcome.value.jobId))) : outcome.failure
  if (isAllowed && failure) return `was refused: ${JSON.stringify(failure)}`
  if (!isAllowed && !failure) return 'was done'
  if (failure && !(failure.title && failure.code !== 'internal')) return `gave no reason: ${JSON.stringify(failure)}`
  // What runs beside the machine ends with the app, and is no process of its.
  if (operation.beside && isAllowed) return undefined
  const wasKilled = state === 'not-answering'
  return await wrongAfter(petri, subject, isAllowed ? (operation.after ?? state) : state, wasKilled)
}

/** Why a job failed; undefined: it was done. */
async function failureOfJob(petri: LocalPetri, id: string): Promise<Failure | undefined> {
  for (;;) {
    const { job } = await petri.call('job.show', { id })
    if (job.state.kind === 'done') return undefined
    if (job.state.kind === 'failed') return job.state.failure
    if (!['queued', 'running', 'paused'].includes(job.state.kind)) throw new Error(JSON.stringify(job.state))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What does not fit together afterwards: state, process, files. */
async function wrongAfter(
  petri: LocalPetri,
  { id, spec }: Subject,
  expected: string,
  wasKilled: boolean,
): Promise<string | undefined> {
  const outcome = await petri.app.dispatch('vm.show', { id })
  if (expected === 'gone') return outcome.ok ? 'it is still there' : undefined
  const { entry, folder } = await petri.call('vm.show', { id })
  const shown = entry.state.kind
  // A refused machine may be told to have ended its shutdown meanwhile; nothing else moves by itself.
  if (shown !== expected) await petri.reaches(id, states.find((each) => each === expected) ?? 'stopping', 5_000)
  const isOn = !['stopped', 'suspended'].includes(expected)
  const processes = await qemusOf(spec.uuid)
  if (processes !== (isOn ? 1 : 0)) return `${processes} processes of a machine that is ${expected}`
  if (existsSync(join(folder, 'unfinished.json'))) return 'a change is unfinished'
  const left = (await readdir(folder)).filter((name) => /\.(partial|tmp)$/.test(name))
  if (left.length > 0) return `left behind: ${left.join(', ')}`
  if (!isOn) checkDisk(join(folder, 'root.qcow2'), { mayLeak: wasKilled })
  return undefined
}

/** A machine with a snapshot of its disk and one with memory, in a state. */
async function subjectIn(petri: LocalPetri, state: AskedState): Promise<Subject> {
  const { id } = await petri.call('vm.create', { draft, newDisks: { root: 8 * MIB } })
  const take = async () => String((await jobResult(petri.app, 'snapshot.create', { id }))['snapshotId'])
  const diskSnapshot = await take()
  await petri.call('vm.start', { id })
  const memorySnapshot = await take()
  const { spec } = await petri.call('vm.show', { id })
  if (!spec) throw new Error('no spec')
  const disc = join(petri.home, 'disc.iso')
  await writeFile(disc, Buffer.alloc(MIB))
  switch (state) {
    case 'running':
      break
    case 'stopped':
      await petri.call('vm.powerOff', { id })
      break
    case 'paused':
      await petri.call('vm.pause', { id })
      break
    case 'suspended':
      await petri.call('vm.suspend', { id })
      break
    case 'not-answering':
      await silence(petri, id)
  }
  if (state !== 'not-answering') await petri.reaches(id, state)
  const shared = join(petri.home, 'shared')
  await mkdir(shared, { recursive: true })
  const disk = join(petri.home, 'data', 'machines', id, 'root.qcow2')
  return { id, spec, diskSnapshot, memorySnapshot, disc, shared, disk, freePort: await freePort() }
}

/** Stops the process, as a frozen host would; a new owner finds out within two seconds. */
async function silence(petri: LocalPetri, id: string): Promise<void> {
  const state = await petri.state(id)
  if (!('pid' in state)) throw new Error(`the machine is ${state.kind}`)
  await petri.restart(async () => void process.kill(state.pid, 'SIGSTOP'))
  await petri.reaches(id, 'not-answering')
}

async function remove(petri: LocalPetri, { id }: Subject): Promise<void> {
  await petri.app.dispatch('vm.powerOff', { id })
  const others = await petri.call('vm.list', {})
  // Linked clones go before what they lie upon.
  for (const each of others.toReversed())
    if (!each.id.startsWith('starter')) await petri.app.dispatch('vm.delete', { id: each.id })
}

/** QEMUs (not the bwrap around them) that run with this UUID. */
async function qemusOf(uuid: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(
    pids.map(async (pid) => await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return commands.filter((command) => command.startsWith('/usr/bin/qemu-system') && command.includes(uuid)).length
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
