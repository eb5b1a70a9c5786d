import { join } from 'node:path'

import type { ExitReason } from '#contract/vm-state'
import type { QemuExit } from '../qemu/launch-qemu.ts'
import { findExitReason, forgetRun, readOomKills, writeLastExit } from './last-exit.ts'
import { endDriveServers } from './live/end-drive-servers.ts'
import type { RunRecord } from './run-record.ts'
import type { VmContext } from './vm-context.ts'
import type { VmFolders } from './vm-folders.ts'
import type { SessionEnd } from './vm-session.ts'

/** QEMU's and bwrap's own words of one start. Outside the folder that the sandbox sees. */
export const stderrPath = (folders: VmFolders, record: Pick<RunRecord, 'vmId' | 'nonce'>) =>
  join(folders.runtime(record.vmId), `stderr-${record.nonce}.log`)

/** Once the process is gone: finds out why, keeps that for the library, and only then forgets the run. */
export async function finishSession(
  context: VmContext,
  record: RunRecord,
  facts: { end: SessionEnd; exit?: QemuExit | undefined; started: boolean },
): Promise<ExitReason> {
  const reason = await findExitReason({
    end: facts.end,
    exit: facts.exit,
    stderrPath: stderrPath(context.folders, record),
    oomKillsGrew: (await readOomKills()) > record.oomKills,
    started: facts.started,
    at: context.now(),
  })
  const at = reason.at
  const marker = { kind: 'power-off', at, text: reason.message } as const
  await Promise.all(
    record.serial.map(async (_, port) => (await context.consoles(record.vmId, port)).detach(marker, reason.message)),
  )
  await writeLastExit(context.folders, record.vmId, reason).catch(() => {}) // a full disk must not keep it "running"
  await endDriveServers(context.folders, record.vmId)
  await forgetRun(context.folders, record.vmId)
  await context.ended(record.vmId)
  return reason
}
