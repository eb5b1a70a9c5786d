import { randomBytes } from 'node:crypto'

import { planVm } from '../../domain/vm/plan-vm.ts'
import type { VmPlan } from '../../domain/vm/vm-plan.ts'
import { bootId, signalProcess } from '../../system/process/process-identity.ts'
import type { ConsoleMarker } from '#contract/console'
import type { VmSpec } from '#contract/vm-spec'
import type { ExitReason } from '#contract/vm-state'
import { launchQemu } from '../qemu/launch-qemu.ts'
import { RefusedError } from '../refused-error.ts'
import { gatherVmFacts } from './gather-vm-facts.ts'
import { finishSession, stderrPath } from './finish-session.ts'
import { readOomKills } from './last-exit.ts'
import { noteLastStart } from './last-start.ts'
import { prepareVm } from './prepare-vm.ts'
import { setMemoryTarget } from './set-memory-target.ts'
import { type RunRecord, writeRunRecord } from './run-record.ts'
import { discardSuspended, readSuspended, restoreSuspended, type Suspended } from './suspend-vm.ts'
import type { VmContext } from './vm-context.ts'
import { VmSession } from './vm-session.ts'

/**
 * Starts a machine: decide, prepare, launch, attach. Resolves when the guest runs with its consoles attached.
 *
 * QEMU starts with `-S` and is continued when monitor and consoles are connected, so no byte of the first output is
 * lost. Throws RefusedError with every problem at once, or with QEMU's own words when it ended before it answered.
 */
export async function startVm(
  context: VmContext,
  spec: VmSpec,
  /** Gives the machine its memory before the guest begins. When that fails, the machine is ended again. */
  load?: (session: VmSession) => Promise<void>,
): Promise<void> {
  refuseTemplate(spec)
  const suspended = await readSuspended(context.folders, spec.id)
  const nonce = newNonce()
  const plan = await decide(context, spec, nonce)
  context.reach('start.planned')
  const record = await newRecord(context, plan, nonce)
  if (suspended) checkSameEmulator(suspended, record, spec)
  const host = await context.host.facts()
  await prepareVm(plan, context.folders, host)
  await writeRunRecord(context.folders, record)
  context.reach('start.recorded')
  const noted = noteLastStart(context.folders, plan, record.startedAt, nonce)
  const session = await launch(context, record, suspended !== undefined)
  if (suspended) {
    await restoreSuspended(session, context.folders)
    // From here the disks move on: the saved memory must never be taken for this machine's again.
    await discardSuspended(context.folders, spec.id)
  }
  if (load) {
    try {
      await load(session)
    } catch (error) {
      await session.powerOff()
      throw error
    }
  }
  await unplugCables(session, spec)
  if (spec.balloon && spec.memoryTargetMiB !== undefined) await setMemoryTarget(session, spec.memoryTargetMiB)
  await session.execute('cont')
  context.reach('start.continued')
  await Promise.all([session.refresh(), noted])
}

/** A template stays as it is, so that everything made from it begins with the same. */
export function refuseTemplate(spec: Pick<VmSpec, 'id' | 'name' | 'template'>): void {
  if (!spec.template) return
  throw new RefusedError({
    code: 'conflict',
    title: `${spec.name} is a template and cannot start`,
    cure: { text: 'Make a machine from it, or make it a machine again.', command: `petri clone ${spec.id}` },
  })
}

/** What is decided about a machine as it is now: the plan, or every problem as a RefusedError. */
export async function decide(context: VmContext, spec: VmSpec, nonce = newNonce()): Promise<VmPlan> {
  const facts = await gatherVmFacts(spec, {
    host: await context.host.facts(),
    vmFolder: context.folders.machine(spec.id),
    runtimeFolder: context.folders.sockets(spec.id),
    nonce,
    filesInUse: context.filesInUse(spec.id),
    isRunning: context.sessions.has(spec.id),
  })
  const planning = planVm(spec, facts)
  if (planning.kind === 'planned') return planning.plan
  const errors = planning.problems.filter((problem) => problem.severity === 'error')
  throw new RefusedError({
    code: errors.some((problem) => problem.code.endsWith('in-use')) ? 'in-use' : 'invalid',
    title: `${spec.name} cannot start`,
    evidence: errors[0]?.message,
    ...(errors[0]?.cure !== undefined && { cure: { text: errors[0].cure } }),
    problems: [...planning.problems],
  })
}

const newNonce = () => randomBytes(4).toString('hex')

async function newRecord(context: VmContext, plan: VmPlan, nonce: string): Promise<RunRecord> {
  const host = await context.host.facts()
  return {
    version: 1,
    vmId: plan.spec.id,
    uuid: plan.spec.uuid,
    nonce,
    bootId: bootId(),
    startedAt: context.now().toISOString(),
    acceleration: { accelerator: plan.accelerator, reason: plan.acceleratorReason },
    memoryMiB: plan.spec.memoryMiB,
    emulatorVersion: host.emulators[plan.spec.architecture]?.version.join('.') ?? '',
    qmp: plan.names.qmp,
    pidFile: plan.names.pidFile,
    serial: [...plan.names.serial],
    oomKills: await readOomKills(),
    argv: [...plan.argv],
  }
}

async function launch(context: VmContext, record: RunRecord, incoming: boolean): Promise<VmSession> {
  const { vmId } = record
  const launched = await launchQemu(record.argv, {
    stderrPath: stderrPath(context.folders, record),
    extraArgs: incoming ? ['-S', '-incoming', 'defer'] : ['-S'],
  })
  context.reach('start.launched')
  const exit = launched.exited.catch(() => undefined)
  const session = new VmSession({
    record,
    folders: context.folders,
    consoles: context.consoles,
    now: context.now,
    onState: (state) => context.stateChanged(vmId, state),
    onEnd: async (end) => await finishSession(context, record, { end, exit: await exit, started: true }),
  })
  context.sessions.set(vmId, session)
  context.stateChanged(vmId, session.state)
  const identified = launched.identity.then(async (identity) => {
    if (!identity) return
    session.identified(identity)
    await writeRunRecord(context.folders, { ...record, process: { ...identity } })
    context.reach('start.identified')
  })
  try {
    const marker: ConsoleMarker = { kind: 'power-on', at: record.startedAt, text: 'Power on' }
    await Promise.race([
      Promise.all([session.attach(marker), identified]),
      launched.exited.then(endedEarly, endedEarly),
    ])
    context.reach('start.attached')
    return session
  } catch (cause) {
    session.release()
    if (session.identity) signalProcess(session.identity, 'SIGKILL')
    const end = { shutdownReason: undefined, requested: undefined }
    const reason = await finishSession(context, record, { end, exit: await exit, started: false })
    throw didNotStart(context.library.spec(vmId).name, reason, cause)
  }
}

/** A card without a peer still shows the guest a link; only the monitor takes it away. */
async function unplugCables(session: VmSession, spec: VmSpec): Promise<void> {
  for (const { id, backend } of spec.networks)
    if (backend.kind === 'none') await session.execute('set_link', { name: `net-${id}`, up: false })
}

function endedEarly(): never {
  throw new Error('QEMU ended before it answered')
}

function didNotStart(name: string, reason: ExitReason, cause: unknown): RefusedError {
  const words = reason.stderrTail?.trim()
  return new RefusedError(
    {
      code: 'command-failed',
      title: `${name} did not start`,
      ...(words && { evidence: words.split('\n').at(-1), raw: words }),
      cause: reason.message,
    },
    cause,
  )
}

function checkSameEmulator(suspended: Suspended, record: RunRecord, spec: VmSpec): void {
  if (suspended.emulatorVersion === record.emulatorVersion) return
  throw new RefusedError({
    code: 'conflict',
    title: `${spec.name} was suspended by another QEMU`,
    evidence: `saved by QEMU ${suspended.emulatorVersion}, installed is ${record.emulatorVersion}`,
    cause: 'Memory can be restored only by the version that saved it.',
    cure: {
      text: 'Discard the saved memory; the machine then boots afresh from its disks.',
      command: `petri discard ${spec.id}`,
    },
  })
}
