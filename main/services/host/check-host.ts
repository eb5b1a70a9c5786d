import { stat, statfs } from 'node:fs/promises'

import type { HostReport } from '#contract/host'
import { canOpenPty } from '../../system/pty/can-open-pty.ts'
import { hostReport } from './host-report.ts'
import type { HostService } from './host-service.ts'
import { lookAtHost } from './look-at-host.ts'
import { trySandbox } from './try-sandbox.ts'

/** Looks at this host and says what is well, what could be better and what is missing. Changes nothing. */
export async function checkHost(host: HostService, dataFolder: string, again: boolean, now: Date): Promise<HostReport> {
  const facts = await (again ? host.refresh() : host.facts())
  const [sandbox, space, qemuImg, hasPty, details] = await Promise.all([
    trySandbox(),
    statfs(dataFolder),
    stat('/usr/bin/qemu-img').catch(() => undefined),
    canOpenPty(),
    lookAtHost(process.env),
  ])
  const freeBytes = space.bavail * space.bsize
  return hostReport(facts, {
    sandbox,
    details,
    freeBytes,
    dataFolder,
    hasQemuImg: qemuImg !== undefined,
    hasPty,
    at: now,
  })
}
