import { readdir, readFile, readlink } from 'node:fs/promises'

import type { IdMap } from '../../domain/container/lxc-config.ts'
import { architectureFacts } from '../../domain/container/architectures.ts'

export interface ContainerProcess {
  readonly hostPid: number
  readonly pid: number
  readonly user: number
  readonly command: string
  readonly memoryBytes: number
  readonly hostCommand: string
  /** Its own, and that of its children that have ended: process 1 gets to know of all. */
  readonly cpuSeconds: number
}

const CLOCK_TICKS_PER_SECOND = 100
const EMULATOR = new RegExp(
  `(^|/)(qemu-(${Object.values(architectureFacts)
    .map(({ qemu }) => qemu)
    .join('|')})(-static)?|emulator)$`,
)

/** The processes in the pid namespace of a container, as the host and the container see them. */
export async function containerProcesses(initPid: number, idMap: IdMap): Promise<readonly ContainerProcess[]> {
  const namespace = await readlink(`/proc/${initPid}/ns/pid`)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => await readProcess(pid, namespace, idMap)))
  return found.filter((each) => each !== undefined).toSorted((a, b) => a.pid - b.pid)
}

async function readProcess(pid: string, namespace: string, idMap: IdMap): Promise<ContainerProcess | undefined> {
  try {
    if ((await readlink(`/proc/${pid}/ns/pid`)) !== namespace) return undefined
    const [status, cmdline, stat] = await Promise.all(
      ['status', 'cmdline', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    )
    const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status ?? '')?.[1] ?? ''
    const words = (cmdline ?? '').split('\0').slice(0, -1)
    const times = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ')
    return {
      hostPid: Number(pid),
      pid: Number(field('NSpid').split(/\s+/).at(-1)),
      user: insideUser(Number(field('Uid').split(/\s+/)[0]), idMap),
      command: insideCommand(words) || `[${field('Name')}]`,
      memoryBytes: Number(field('VmRSS').split(' ')[0] ?? 0) * 1024,
      hostCommand: words.join(' ').slice(0, 1000) || `[${field('Name')}]`,
      cpuSeconds: times.slice(11, 15).reduce((all, ticks) => all + Number(ticks), 0) / CLOCK_TICKS_PER_SECOND,
    }
  } catch {
    return undefined // ended between two looks, or not ours to see
  }
}

/** In front of an emulated program stand the emulator, the file, and then the name it was called by. */
function insideCommand(words: readonly string[]): string {
  const [first = ''] = words
  return (EMULATOR.test(first) ? words.slice(2) : words).join(' ').slice(0, 1000)
}

function insideUser(outside: number, { users }: IdMap): number {
  const range = users.find((each) => outside >= each.outside && outside < each.outside + each.count)
  return range === undefined ? 65_534 : outside - range.outside + range.inside
}
