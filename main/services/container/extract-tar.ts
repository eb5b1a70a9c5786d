import type { IdMap } from '../../domain/container/lxc-config.ts'
import { runInIdMap, unpackSandbox } from './in-id-map.ts'

/** Processor time that unpacking may take, in seconds: ten times what the largest root file system needs. */
const CPU_LIMIT_S = 600

/** In front of what unpacks: an end for what never comes to one. */
export const limited = () => ['prlimit', `--cpu=${CPU_LIMIT_S}`, '--'] as const

/**
 * Unpacks a tar file that has passed the gate into a folder, in a sandbox in which there is only that folder. `leaveOut`
 * names members, and everything below them, that are not wanted; the host's devices never are. Throws CommandError.
 */
export async function extractTar(
  path: string,
  folder: string,
  idMap: IdMap,
  options: { readonly signal: AbortSignal; readonly leaveOut: readonly string[] },
): Promise<void> {
  const command = [
    ...['tar', '--extract', '--file=/archive', '--numeric-owner', '--preserve-permissions'],
    // Patterns hold anywhere in a name unless they are anchored, and usr/include/dev is nobody's device folder.
    ...['--anchored', '--wildcards', '--exclude=./dev/*', '--exclude=dev/*'],
    ...['--no-wildcards', '--exclude-from=-'],
  ]
  await runInIdMap(idMap, [...limited(), ...unpackSandbox(path, folder), ...command], {
    signal: options.signal,
    input: options.leaveOut.map((name) => `${name}\n`).join(''),
  })
}
