import process from 'node:process'

import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { RefusedError } from '../refused-error.ts'
import { sandboxOptions } from './run-sandboxed.ts'

/** Of a tool that looks into a file from outside: address space in bytes, processor time and whole time. */
export const lookLimits = { addressSpaceBytes: 2 ** 30, cpuSeconds: 30, timeoutMs: 60_000 } as const
/** Of a tool that copies data: room for its caches and requests, and as long as it takes. */
export const workLimits = { addressSpaceBytes: 2 ** 32 } as const

/** What a tool may touch, and how it is watched. Everything else of the host is not there for it. */
export interface ToolRun {
  readonly readOnly: readonly string[]
  /** Block devices that it may read. */
  readonly devices?: readonly string[]
  /** Files or folders that it may write. */
  readonly writable?: readonly string[]
  readonly limits: { readonly addressSpaceBytes: number; readonly cpuSeconds?: number; readonly timeoutMs?: number }
  readonly signal?: AbortSignal | undefined
  readonly onOutput?: (chunk: string) => void
  readonly onStarted?: (pid: number) => void
}

/**
 * Runs a program of qemu-utils, or one that unpacks, in bubblewrap: no network, no home, no capabilities, the named files
 * alone. Throws CommandError whose argv is the program's own, and RefusedError where there is no bubblewrap: nothing runs
 * outside the sandbox instead.
 */
export async function runDiskTool(argv: readonly [string, ...string[]], run: ToolRun): Promise<string> {
  try {
    const { stdout } = await runCommand(withoutDescriptors(sandboxedArgv(argv, run)), {
      ...(run.signal && { signal: run.signal }),
      ...(run.limits.timeoutMs !== undefined && { timeoutMs: run.limits.timeoutMs }),
      ...(run.onOutput && { onOutput: run.onOutput }),
      ...(run.onStarted && { onStarted: run.onStarted }),
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
      cwd: '/',
    })
    return stdout
  } catch (error) {
    throw translated(error, argv)
  }
}

/** The same as a command line, for whoever reads its output as bytes. */
export function sandboxedArgv(
  argv: readonly [string, ...string[]],
  run: Pick<ToolRun, 'readOnly' | 'devices' | 'writable' | 'limits'>,
): readonly [string, ...string[]] {
  const { addressSpaceBytes, cpuSeconds } = run.limits
  return [
    ...(['prlimit', `--as=${addressSpaceBytes}`, '--core=0'] as const),
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
    ...['--', 'bwrap', ...sandboxOptions, '--die-with-parent'],
    // bwrap makes the folders above what it binds, with nothing else in them.
    ...run.readOnly.flatMap((path) => ['--ro-bind', path, path]),
    ...(run.devices ?? []).flatMap((path) => ['--dev-bind', path, path]),
    ...(run.writable ?? []).flatMap((path) => ['--bind', path, path]),
    ...['--', ...argv],
  ]
}

function translated(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof CommandError)) return error
  const { stderrTail } = error
  if (error.reason === 'failed' && /(?:^|\n)(?:prlimit: failed to execute bwrap|bwrap: (?!execvp))/.test(stderrTail))
    return new RefusedError(
      {
        code: 'unavailable',
        title: 'The sandbox for disk files does not work here',
        evidence: stderrTail.trim().split('\n').at(-1) ?? '',
        cause: 'Disk files from elsewhere are only opened inside bubblewrap, and never without it.',
        cure: { text: 'The host check names what is missing.', command: 'petri doctor' },
      },
      error,
    )
  const missing = /bwrap: execvp (\S+): No such file/.exec(stderrTail)?.[1]
  if (missing !== undefined)
    return new RefusedError(
      {
        code: 'unavailable',
        title: `The program ${missing} is not installed`,
        cure: { text: 'Install it.', command: `sudo apt install ${packages[missing] ?? missing}` },
      },
      error,
    )
  return new CommandError({
    argv,
    reason: error.reason,
    exitCode: error.exitCode,
    signal: error.signal,
    stderrTail,
    cause: error,
  })
}

const packages: Readonly<Record<string, string>> = {
  'qemu-img': 'qemu-utils',
  'qemu-io': 'qemu-utils',
  'qemu-system-x86_64': 'qemu-system-x86',
  xz: 'xz-utils',
}
