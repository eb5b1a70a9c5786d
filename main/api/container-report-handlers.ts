import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { apiCalls } from '#contract/api'
import { shellQuote } from '../domain/qemu/shell-quote.ts'
import { mustHaveIdMap } from '../services/container/base-store.ts'
import { binfmtReport } from '../services/container/binfmt-report.ts'
import { containerProcesses } from '../services/container/container-processes.ts'
import type { ContainerService } from '../services/container/container-service.ts'
import { findCores } from '../services/container/exec-in-container.ts'
import { binaryCommand, inspectBinary } from '../services/container/inspect-binary.ts'
import { measureWays, waysFor } from '../services/container/measure-ways.ts'
import { configurationOf, planContainer } from '../services/container/start-container.ts'
import { measureTree } from '../services/container/unpack-root.ts'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { bound, type Handlers } from './dispatch.ts'
import type { TerminalRuns } from './terminal-runs.ts'

type ReportNames =
  | `container.${'show' | 'usage' | 'log' | 'cores' | 'measure' | 'ways'}`
  | 'binfmt.show'
  | `binary.${'inspect' | 'command' | 'run'}`
type ReportCalls = { readonly [N in ReportNames]: Handlers[N] }

/** Of each log file, newest bytes. */
const LOG_BYTES = 128 * 1024

/** The calls that look at containers, at binfmt_misc and at single programs. */
export function containerReportHandlers(
  containers: ContainerService,
  jobs: JobService,
  terminals: TerminalRuns,
  home: string,
): ReportCalls {
  const { runs, library, folders, bases } = containers
  const idMap = async () => mustHaveIdMap(await containers.host())
  return {
    'container.show': bound(apiCalls['container.show'], async ({ id }) => {
      if (!library.items.has(id)) library.spec(id)
      const item = library.items.get(id)
      const spec = item?.kind === 'container' ? item.spec : undefined
      const host = await containers.host()
      // Why it could not start is shown where its settings would be.
      const configuration = spec
        ? await planContainer(spec, host, folders).then(
            (plan) => configurationOf(plan, folders),
            (error: unknown) => `# ${error instanceof Error ? error.message : String(error)}\n`,
          )
        : ''
      const measured = host.idMap && (await measureTree(folders.upper(id), host.idMap).catch(() => undefined))
      return {
        entry: containers.entry(id),
        ...(spec && { spec }),
        folder: folders.container(id),
        ownBytes: measured?.totalBytes ?? 0,
        configuration,
        limitsInForce: host.limitsRefused === undefined,
      }
    }),
    'container.usage': bound(apiCalls['container.usage'], async ({ id }) => {
      const state = runs.state(id)
      if (state.kind !== 'running') return { processes: 0, memoryBytes: 0, cpuSeconds: 0 }
      const processes = await containerProcesses(state.pid, await idMap())
      const sum = (value: (each: (typeof processes)[number]) => number) =>
        processes.reduce((all, each) => all + value(each), 0)
      const failures = await groupFailures(state.pid)
      return {
        processes: processes.length,
        memoryBytes: sum(({ memoryBytes }) => memoryBytes),
        cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
        ...(failures && { failures }),
      }
    }),
    'container.log': bound(apiCalls['container.log'], async ({ id }) => {
      library.spec(id)
      const texts = await Promise.all(
        [join(folders.state(id), 'console.log'), join(folders.runtime(id), 'lxc.log')].map(endOf),
      )
      return { text: texts.filter((text) => text !== '').join('\n') }
    }),
    'container.cores': bound(apiCalls['container.cores'], async ({ id }) => {
      const spec = library.spec(id)
      const cores = await findCores(folders.upper(id))
      const sysroot = join(folders.base(spec.baseId), 'fs')
      return cores.map((core) => ({
        ...core,
        command: shellQuote([
          'gdb-multiarch',
          '-ex',
          `set sysroot ${sysroot}`,
          '-ex',
          `core-file ${join(folders.upper(id), core.path)}`,
        ]),
      }))
    }),
    'container.measure': bound(apiCalls['container.measure'], ({ architecture }) => {
      const job = jobs.start({
        kind: 'container.measure',
        title: `Measure how fast ${architecture} runs here`,
        params: { architecture },
        queue: 'measure',
        run: async (work) => {
          const ways = await measureWays(architecture, await containers.host(), await bases.list(), folders, work)
          const cpu = ways.find(({ way }) => way === 'container')?.cpu
          return { summary: `Emulated ${architecture} takes ${cpu ?? '?'} times as long`, result: { ways } }
        },
      })
      return { jobId: job.id }
    }),
    'container.ways': bound(apiCalls['container.ways'], async ({ architecture }) => [
      ...(await waysFor(architecture, await containers.host(), folders)),
    ]),
    'binfmt.show': bound(apiCalls['binfmt.show'], async () => await binfmtReport(containers, home)),
    'binary.inspect': bound(
      apiCalls['binary.inspect'],
      async ({ path }) => await inspectBinary(absolute(path), await containers.host(), await bases.list(), folders),
    ),
    'binary.command': bound(apiCalls['binary.command'], async (wish) => {
      absolute(wish.path)
      const { argv, debugger: gdb } = await binaryCommand(wish, await containers.host(), await bases.list(), folders)
      return { argv: [...argv], shell: shellQuote(argv), ...(gdb !== undefined && { debugger: gdb }) }
    }),
    'binary.run': bound(apiCalls['binary.run'], async ({ cols, rows, ...wish }) => {
      absolute(wish.path)
      const { argv, debugger: gdb } = await binaryCommand(wish, await containers.host(), await bases.list(), folders)
      const runId = await terminals.run(argv, wish.path, { cols, rows })
      return { runId, ...(gdb !== undefined && { debugger: gdb }) }
    }),
  }
}

function absolute(path: string): string {
  if (path.startsWith('/')) return path
  throw new RefusedError({ code: 'bad-request', title: `${path} is not an absolute path` })
}

async function endOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(size, LOG_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

/** How often the kernel refused memory or processes, where the container has a control group of version 2. */
async function groupFailures(pid: number): Promise<{ memory: number; pids: number } | undefined> {
  const group = /^0::(.*)$/m.exec(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''))?.[1]
  if (group === undefined) return undefined
  const count = async (file: string, word: string) => {
    const text = await readFile(join('/sys/fs/cgroup', group, file), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  }
  const [memory, pids] = await Promise.all([count('memory.events', 'oom_kill'), count('pids.events', 'max')])
  return memory === undefined || pids === undefined ? undefined : { memory, pids }
}
