import { join } from 'node:path'

import { apiCalls } from '#contract/api'
import { containerDraftSchema } from '#contract/container'
import { EXEC_OUTPUT_BYTES } from '#contract/container-calls'
import { fieldPath } from '#contract/field-path'
import { shellQuote } from '../domain/qemu/shell-quote.ts'
import { attachCommand, debuggerCommand, type ExecRequest } from '../services/container/attach-command.ts'
import { mustHaveIdMap } from '../services/container/base-store.ts'
import { containerProcesses } from '../services/container/container-processes.ts'
import type { ContainerService } from '../services/container/container-service.ts'
import { execToEnd, nameForCopy } from '../services/container/exec-in-container.ts'
import { exportContainer } from '../services/container/export-container.ts'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { bound, type Handlers } from './dispatch.ts'
import type { TerminalRuns } from './terminal-runs.ts'

type ContainerCallNames = Exclude<keyof Handlers & `container.${string}`, ContainerReportNames>
type ContainerReportNames = `container.${'show' | 'usage' | 'log' | 'cores' | 'measure' | 'ways'}`
type ContainerCalls = { readonly [N in ContainerCallNames]: Handlers[N] }

const COPY_LIMIT_MS = 600_000

/** The calls that change containers or run something in them. */
export function containerHandlers(
  containers: ContainerService,
  jobs: JobService,
  terminals: TerminalRuns,
): ContainerCalls {
  const { runs, library, folders } = containers
  const argvFor = async (id: string, request: ExecRequest) => {
    const record = await runs.running(id)
    return await attachCommand(library.spec(id), record, folders, request)
  }
  const debuggerFor = async (id: string, request: ExecRequest) => {
    const record = runs.record(id)
    const argv = record && (await debuggerCommand(library.spec(id), record, folders, request))
    return argv === undefined ? {} : { debugger: shellQuote(argv) }
  }
  /** Gives LXC a command while the container may still be starting. */
  const whileStarting = async <T>(
    id: string,
    request: ExecRequest,
    run: (argv: readonly string[]) => Promise<T>,
  ): Promise<T> => {
    const { record, gate, started } = await runs.reachable(id)
    const command = attachCommand(library.spec(id), record, folders, request)
    const result = command.then((argv) => run(gate?.before(argv) ?? argv))
    // A start that fails says more than the command that it takes along.
    const [outcome, start] = await Promise.allSettled([result, started])
    if (start.status === 'rejected') throw start.reason
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }
  return {
    'container.list': bound(apiCalls['container.list'], () => [...containers.list()]),
    'container.preview': bound(apiCalls['container.preview'], async ({ draft }) => {
      const parsed = containerDraftSchema.safeParse(draft)
      if (!parsed.success)
        return {
          problems: parsed.error.issues.map((issue) => ({
            field: fieldPath(issue.path),
            code: 'schema',
            severity: 'error' as const,
            message: issue.message,
          })),
        }
      const { problems, route, network } = await containers.decide(parsed.data)
      const taken = library.nameTaken(parsed.data.name)
        ? [
            {
              field: 'name',
              code: 'name-taken',
              severity: 'error' as const,
              message: 'Another container has this name.',
            },
          ]
        : []
      return { problems: [...taken, ...problems], ...(route !== undefined && { route }), network }
    }),
    'container.create': bound(apiCalls['container.create'], async ({ draft }) => {
      const { base } = await containers.check(draft)
      if (base !== undefined) return { id: await containers.create(draft, base) }
      const job = jobs.start({
        kind: 'container.create',
        title: `Make the container ${draft.name}`,
        params: { draft },
        queue: 'container-base',
        run: async (work) => {
          const made = await containers.makeBase(draft, work)
          const id = await containers.create(draft, made)
          return { summary: `Made ${draft.name} from ${made.label}`, result: { id, baseId: made.id } }
        },
      })
      return { jobId: job.id }
    }),
    'container.update': bound(apiCalls['container.update'], async ({ id, settings }) =>
      done(await containers.update(id, settings)),
    ),
    'container.rename': bound(apiCalls['container.rename'], async ({ id, name }) =>
      done(await containers.rename(id, name)),
    ),
    'container.start': bound(apiCalls['container.start'], async ({ id }) => done(await runs.start(id))),
    'container.stop': bound(apiCalls['container.stop'], async ({ id, deadlineMs }) =>
      done(await runs.stop(id, deadlineMs)),
    ),
    'container.freeze': bound(apiCalls['container.freeze'], async ({ id }) => done(await runs.freeze(id, true))),
    'container.thaw': bound(apiCalls['container.thaw'], async ({ id }) => done(await runs.freeze(id, false))),
    'container.reset': bound(apiCalls['container.reset'], async ({ id }) => done(await containers.reset(id))),
    'container.snapshot': bound(apiCalls['container.snapshot'], async ({ id, name }) => ({
      snapshotId: await containers.snapshot(id, name),
    })),
    'container.revert': bound(apiCalls['container.revert'], async ({ id, snapshotId }) =>
      done(await containers.revert(id, snapshotId)),
    ),
    'container.deleteSnapshot': bound(apiCalls['container.deleteSnapshot'], async ({ id, snapshotId }) =>
      done(await containers.deleteSnapshot(id, snapshotId)),
    ),
    'container.clone': bound(apiCalls['container.clone'], async ({ id, name }) => ({
      id: await containers.clone(id, name),
    })),
    'container.export': bound(apiCalls['container.export'], ({ id, path }) => {
      const spec = library.spec(id)
      const job = jobs.start({
        kind: 'container.export',
        title: `Export ${spec.name}`,
        subject: { kind: 'container', id },
        params: { id, path },
        run: async (work) => {
          work.progress({ phase: 'Writing the tar file' })
          const idMap = mustHaveIdMap(await containers.host())
          const { sizeBytes } = await exportContainer(spec, path, folders, idMap, work.signal)
          return { summary: `Wrote ${path}`, result: { path, sizeBytes } }
        },
      })
      return { jobId: job.id }
    }),
    'container.delete': bound(apiCalls['container.delete'], async ({ id }) => ({
      trashId: await containers.delete(id),
    })),
    'container.restore': bound(apiCalls['container.restore'], async ({ trashId }) => ({
      id: await containers.restore(trashId),
    })),
    'container.command': bound(apiCalls['container.command'], async ({ id, ...request }) => {
      const argv = await argvFor(id, request)
      return { argv: [...argv], shell: shellQuote(argv), ...(await debuggerFor(id, request)) }
    }),
    'container.exec': bound(apiCalls['container.exec'], async ({ id, timeoutMs, ...request }, signal) => {
      return await whileStarting(id, request, (argv) =>
        execToEnd(argv, { timeoutMs, signal, maxBytes: EXEC_OUTPUT_BYTES }),
      )
    }),
    'container.terminal': bound(apiCalls['container.terminal'], async ({ id, cols, rows, ...request }) => {
      const runId = await whileStarting(id, { ...request, terminal: true }, (argv) =>
        terminals.run(argv, library.spec(id).name, { cols, rows }),
      )
      return { runId, ...(await debuggerFor(id, request)) }
    }),
    'container.copyIn': bound(apiCalls['container.copyIn'], async ({ id, paths, folder }, signal) => {
      for (const path of paths) {
        const target = join(folder, await nameForCopy(path))
        const argv = ['/bin/sh', '-c', 'cat > "$0"', target]
        const command = await argvFor(id, { argv, env: {}, user: 0, strace: false })
        const { exitCode, stderr } = await execToEnd(command, {
          timeoutMs: COPY_LIMIT_MS,
          signal,
          maxBytes: EXEC_OUTPUT_BYTES,
          stdinPath: path,
        })
        if (exitCode !== 0) throw copyFailed(target, stderr)
      }
      return { copied: paths.length }
    }),
    'container.processes': bound(apiCalls['container.processes'], async ({ id }) => {
      const state = runs.state(id)
      if (state.kind !== 'running') return []
      const found = await containerProcesses(state.pid, mustHaveIdMap(await containers.host()))
      return found.map(({ cpuSeconds: _cpuSeconds, ...each }) => each)
    }),
    'container.bases': bound(apiCalls['container.bases'], async () => [...(await containers.listBases())]),
    'container.deleteBase': bound(apiCalls['container.deleteBase'], async ({ baseId }) =>
      done(await containers.deleteBase(baseId)),
    ),
  }
}

/** For calls whose result is that they happened. */
const done = (_nothing: void) => ({})

function copyFailed(target: string, words: string): RefusedError {
  return new RefusedError({
    code: 'command-failed',
    title: `${target} could not be written in the container`,
    evidence: words.trim().split('\n').at(-1) ?? '',
    cure: { text: 'See that the folder exists there.' },
  })
}
