import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { throwawayArgv } from '../../domain/vm/throwaway-argv.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { spawnPtyChannel, type PtyChannel } from '../../system/pty/pty-channel.ts'
import { RefusedError } from '../refused-error.ts'
import { prepare } from './prepare-vm.ts'
import { decide, refuseTemplate } from './start-vm.ts'
import type { VmContext } from './vm-context.ts'

/** A machine in the foreground of a pty whose changes are thrown away. */
export interface ThrowawayRun {
  readonly runId: string
  readonly channel: PtyChannel
  /** Its folder on this host, which it sees as `scratchSandboxFolder`. */
  readonly scratch: string
  /** Removes what the run wrote; call it when the channel is closed. */
  discard(): Promise<void>
}

/**
 * Runs a machine once, in a terminal, with its disks untouched. Unlike a started machine it is meant to end with its
 * terminal, so it runs under a pty and its sandbox dies with its parent. Its changes lie in `scratchRoot`.
 */
export async function runThrowaway(
  context: VmContext,
  id: string,
  options: { scratchRoot: string; cols: number; rows: number; extraArgs?: readonly string[] },
): Promise<ThrowawayRun> {
  const spec = context.library.spec(id)
  refuseTemplate(spec)
  if (context.sessions.has(id))
    throw new RefusedError({
      code: 'conflict',
      title: `${spec.name} is running`,
      cause: 'A throwaway run starts from disks that nobody writes meanwhile.',
      cure: {
        text: 'Shut it down first, or make a linked clone of one of its snapshots.',
        command: `petri stop ${id}`,
      },
    })
  const runId = `run-${randomBytes(6).toString('hex')}`
  const scratch = join(options.scratchRoot, runId)
  const plan = throwawayArgv(await decide(context, spec), scratch)
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  const discard = async () => await rm(scratch, { recursive: true, force: true })
  try {
    for (const preparation of plan.preparations) await prepare(preparation)
    const { cols, rows, extraArgs = [] } = options
    const env = { PATH: '/usr/bin:/bin', TERM: 'xterm-256color' }
    return {
      runId,
      scratch,
      channel: await spawnPtyChannel({
        argv: withoutDescriptors([...plan.argv, ...extraArgs]),
        ...{ cwd: '/', env, cols, rows },
      }),
      discard,
    }
  } catch (error) {
    await discard()
    throw error
  }
}
