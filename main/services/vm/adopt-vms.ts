import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { lockHolder } from '../../system/process/lock-holder.ts'
import { bootId, identifyProcess, isAlive, type ProcessIdentity } from '../../system/process/process-identity.ts'
import { finishSession } from './finish-session.ts'
import { finishPendingStep } from './live/change-running-vm.ts'
import { forgetRun } from './last-exit.ts'
import { readRunRecord, type RunRecord, writeRunRecord } from './run-record.ts'
import type { VmContext } from './vm-context.ts'
import { VmSession } from './vm-session.ts'

/** A start that was cut off may need this long until QEMU has written its pid file, in ms. */
const START_GRACE_MS = 3_000
const START_POLL_MS = 50

/** Nobody was there to see how it ended. */
const UNKNOWN_END = { shutdownReason: undefined, requested: undefined }

/** What answers at once is connected before the library is first shown; nothing waits longer for the rest. In ms. */
const FIRST_LOOK_MS = 250

/**
 * Takes over every machine that runs already, each on its own: one that is silent or broken delays no other. Resolves
 * when each is known to be alive or gone and has had a moment to answer; connections go on being made after.
 *
 * Nothing here sends a signal or ends anything. What does not answer is shown as not answering and asked on.
 */
export async function adoptVms(context: VmContext): Promise<void> {
  const runtimeRoot = dirname(context.folders.runtime('x'))
  const ids = await readdir(runtimeRoot).catch(() => [])
  const adopted = await Promise.all(ids.map(async (id) => await adopt(context, id)))
  let timer: NodeJS.Timeout | undefined
  const moment = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_LOOK_MS)
  })
  await Promise.race([Promise.all(adopted.map(async (adoption) => await adoption?.connected)), moment])
  clearTimeout(timer)
}

/** Undefined: the machine is gone. `connected` may never resolve. */
async function adopt(context: VmContext, id: string): Promise<{ readonly connected: Promise<void> } | undefined> {
  const record = await readRunRecord(context.folders, id)
  if (!record) return undefined
  if (record.bootId !== bootId()) {
    await forgetRun(context.folders, id)
    return undefined
  }
  // A recorded process that is gone needs no look; one that was never recorded may still be on its way.
  if (record.process && !isAlive(record.process)) {
    await finishSession(context, record, { end: UNKNOWN_END, started: true })
    return undefined
  }
  const session = new VmSession({
    record,
    folders: context.folders,
    consoles: context.consoles,
    now: context.now,
    onState: (state) => context.stateChanged(id, state),
    onEnd: async (end) => await finishSession(context, record, { end, started: true }),
  })
  context.sessions.set(id, session)
  context.stateChanged(id, session.state)
  return { connected: record.process ? takeOver(context, session) : takeOverLate(context, session) }
}

/** A start whose owner died before it knew the process. */
async function takeOverLate(context: VmContext, session: VmSession): Promise<void> {
  const identity = await findProcess(context, session.record)
  if (!identity) return session.end()
  session.identified(identity)
  await writeRunRecord(context.folders, { ...session.record, process: { ...identity } })
  await takeOver(context, session)
}

/** Connects, however long that takes, and brings a start that was cut off to its end. */
async function takeOver(context: VmContext, session: VmSession): Promise<void> {
  const at = context.now().toISOString()
  try {
    await Promise.race([
      session.attach({ kind: 'adopted', at, text: 'Petri came back; output in between was not recorded' }),
      session.gone().then(() => {
        throw new Error('the process ended')
      }),
    ])
    // Started with -S by an owner that did not live to continue it.
    if ((await session.refresh()) === 'prelaunch') {
      await session.execute('cont')
      await session.refresh()
    }
    await finishPendingStep(context, session).catch(() => {}) // asked again when Petri next comes back
  } catch {
    await session.gone()
    session.end()
  }
}

/**
 * The process of a start that recorded none: whoever holds the lock on the pid file. A start that was cut off before
 * QEMU had written its pid file gets a moment to get there.
 */
async function findProcess(context: VmContext, record: RunRecord): Promise<ProcessIdentity | undefined> {
  const until = Math.min(Date.parse(record.startedAt), context.now().getTime()) + START_GRACE_MS
  const pidFile = join(context.folders.sockets(record.vmId), record.pidFile)
  for (;;) {
    const pid = await lockHolder(pidFile)
    const identity = pid === undefined ? undefined : identifyProcess(pid)
    if (identity || context.now().getTime() > until) return identity
    await new Promise<void>((resolve) => setTimeout(resolve, START_POLL_MS))
  }
}
