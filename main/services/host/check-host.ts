import { stat, statfs } from 'node:fs/promises'

import type { HostReport } from '#contract/host'
import type { LackingStarters } from '../../domain/host/starter-finding.ts'
import { canOpenPty } from '../../system/pty/can-open-pty.ts'
import { hostReport } from './host-report.ts'
import type { HostService } from './host-service.ts'
import { lookAtHost } from './look-at-host.ts'
import { trySandbox } from './try-sandbox.ts'

/** Looks at this host and says what is well, what could be better and what is missing. Changes nothing. */
export async function checkHost(
  host: HostService,
  seen: {
    readonly dataFolder: string
    readonly lackingStarters: LackingStarters | undefined
    readonly again: boolean
    readonly at: Date
  },
): Promise<HostReport> {
  const facts = await (seen.again ? host.refresh() : host.facts())
  const [sandbox, space, qemuImg, hasPty, details] = await Promise.all([
    trySandbox(),
    statfs(seen.dataFolder),
    stat('/usr/bin/qemu-img').catch(() => undefined),
    canOpenPty(),
    lookAtHost(process.env),
  ])
  return hostReport(facts, {
    ...seen,
    sandbox,
    details,
    freeBytes: space.bavail * space.bsize,
    hasQemuImg: qemuImg !== undefined,
    hasPty,
  })
}
