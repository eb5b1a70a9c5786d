import { CommandError, runCommand } from '../../system/process/run-command.ts'

export type SandboxVerdict = { readonly works: true } | { readonly works: false; readonly evidence: string }

/** Whether bwrap can make its namespaces here: found out by doing, because sysctl, AppArmor and containers all have a say. */
export async function trySandbox(): Promise<SandboxVerdict> {
  try {
    await runCommand(
      [
        'bwrap',
        '--unshare-user-try',
        '--unshare-pid',
        '--unshare-ipc',
        '--ro-bind',
        '/',
        '/',
        '--proc',
        '/proc',
        '--',
        '/bin/true',
      ],
      { timeoutMs: 5_000 },
    )
    return { works: true }
  } catch (error) {
    return {
      works: false,
      evidence: error instanceof CommandError ? error.stderrTail.trim() || error.message : String(error),
    }
  }
}
