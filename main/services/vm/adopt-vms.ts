import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { lockHolder } from '../../system/process/lock-holder.ts'
import { bootId, identifyProcess, isAlive, type ProcessIdentity } from '../../system/process/process-identity.ts'
import { finishSession } from './finish-session.ts'
import { forgetRun } from './last-exit.ts'
import { readRunRecord, type RunRecord, writeRunRecord } from './run-record.ts'
import type { VmContext } from './vm-context.ts'
import { VmSession } from './vm-session.ts'

/** A start that was cut off may need this long until QEMU has written its pid file, in ms. */
const START_GRACE_MS = 3_000
const START_POLL_MS = 50

/**
 * Takes over every machine that runs already, each on its own: one that is silent or broken delays no other. Resolves
 * when each is either known to be alive (and shown as such) or known to be gone; connections go on being made after.
 *
 * Nothing here sends a signal or ends anything. What does not answer is shown as not answering and asked on.
 */
export async function adoptVms(context: VmContext): Promise<void> {
  const runtimeRoot = dirname(context.folders.runtime('x'))
  const ids = await readdir(runtimeRoot).catch(() => [])
  await Promise.all(ids.map(async (id) => await adopt(context, id)))
}

async function adopt(context: VmContext, id: string): Promise<void> {
  const record = await readRunRecord(context.folders, id)
  if (!record) return
  if (record.bootId !== bootId()) return await forgetRun(context.folders, id)
  const identity = await findProcess(context, record)
  if (!identity) {
    const end = { shutdownReason: undefined, requested: undefined }
    await finishSession(context, record, { end, started: true })
    return
  }
  const known: RunRecord = { ...record, process: { ...identity } }
  if (!record.process) await writeRunRecord(context.folders, known)
  const session = new VmSession({
    record: known,
    folders: context.folders,
    consoles: context.consoles,
    now: context.now,
    onState: (state) => context.stateChanged(id, state),
    onEnd: async (end) => await finishSession(context, known, { end, started: true }),
  })
  context.sessions.set(id, session)
  context.stateChanged(id, session.state)
  void takeOver(context, session)
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
  } catch {
    await session.gone()
    session.end()
  }
}

/**
 * The process of a start: the recorded one while it lives, else whoever holds the lock on the pid file. A start that
 * was cut off before QEMU had written its pid file gets a moment to get there.
 */
async function findProcess(context: VmContext, record: RunRecord): Promise<ProcessIdentity | undefined> {
  if (record.process) return isAlive(record.process) ? record.process : undefined
  const until = Math.min(Date.parse(record.startedAt), context.now().getTime()) + START_GRACE_MS
  const pidFile = join(context.folders.sockets(record.vmId), record.pidFile)
  for (;;) {
    const pid = await lockHolder(pidFile)
    const identity = pid === undefined ? undefined : identifyProcess(pid)
    if (identity || context.now().getTime() > until) return identity
    await new Promise<void>((resolve) => setTimeout(resolve, START_POLL_MS))
  }
}
