import { setTimeout as delay } from 'node:timers/promises'

import { openPetri } from '../../api/open-petri.ts'
import { toFailure } from '../../api/to-failure.ts'
import { connectOwner, OwnerUnreachableError } from '../local/connect-owner.ts'
import { serveLocalSocket } from '../local/serve-local-socket.ts'
import { type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'

/** How long an owner may take to say hello, in ms. */
const HELLO_LIMIT_MS = 5_000
/** An owner that is just starting or ending has no socket: how long and how often to look again, in ms. */
const HANDOVER_LIMIT_MS = 15_000
const HANDOVER_RETRY_MS = 50

/** How long a command that is done stays for the sake of others that it has let in, in ms. */
const FINISH_LIMIT_MS = 10_000

interface SessionOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly signal: AbortSignal
}

/**
 * Connects to the owner of the data folder, or becomes it. As the owner this process lets others in over the local
 * socket for as long as it lives, so that two commands at the same time never refuse each other.
 * Throws `CliFailure` when there is an owner that does not answer.
 */
export async function openSession({ env, version, signal }: SessionOptions): Promise<PetriSession> {
  const deadlineMs = performance.now() + HANDOVER_LIMIT_MS
  for (;;) {
    signal.throwIfAborted()
    const opened = await openPetri({ shell: 'cli', env, version }).catch((error: unknown) => {
      throw new CliFailure(toFailure(error), { cause: error })
    })
    if (opened.kind === 'owner') return ownSession(opened)
    try {
      return await remoteSession(opened.owner.socketPath, opened.folders.runtime)
    } catch (error) {
      if (!(error instanceof OwnerUnreachableError)) throw error
      if (error.kind !== 'gone' || performance.now() > deadlineMs) throw unreachable(error, opened.owner.pid)
    }
    // There is no event for "another process let go of its lock".
    await delay(HANDOVER_RETRY_MS, undefined, { signal })
  }
}

async function ownSession(
  owner: Extract<Awaited<ReturnType<typeof openPetri>>, { kind: 'owner' }>,
): Promise<PetriSession> {
  const { app, localSocketPath, folders } = owner
  try {
    const socket = await serveLocalSocket(app, localSocketPath)
    return {
      app,
      runtimeFolder: folders.runtime,
      isOwner: true,
      lost: new Promise(() => undefined),
      close: async () => {
        await socket.finish(FINISH_LIMIT_MS)
        await socket[Symbol.asyncDispose]()
        await app[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await app[Symbol.asyncDispose]()
    throw error
  }
}

async function remoteSession(socketPath: string, runtimeFolder: string): Promise<PetriSession> {
  let onLost = (): void => undefined
  const lost = new Promise<void>((resolve) => {
    onLost = resolve
  })
  const app = await connectOwner(socketPath, { timeoutMs: HELLO_LIMIT_MS, onLost: () => onLost() })
  return { app, runtimeFolder, isOwner: false, lost, close: () => app[Symbol.asyncDispose]() }
}

function unreachable(error: OwnerUnreachableError, pid: number): CliFailure {
  return new CliFailure(
    {
      code: error.kind === 'other-version' ? 'unavailable' : 'not-answering',
      title: `Petri runs already (process ${pid}) and cannot be reached`,
      evidence: error.message,
      cure: {
        text:
          error.kind === 'other-version'
            ? 'Close that Petri and try again; the machines run on.'
            : 'Wait a moment. If it stays like this, end that process; the machines run on.',
        command: `kill ${pid}`,
      },
    },
    { cause: error },
  )
}
