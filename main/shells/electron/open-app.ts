import { setTimeout as wait } from 'node:timers/promises'

import type { Failure } from '#contract/failure'
import type { App } from '../../api/app.ts'
import { openPetri } from '../../api/open-petri.ts'
import { toFailure } from '../../api/to-failure.ts'
import { connectOwner, OwnerUnreachableError } from '../local/connect-owner.ts'
import { serveLocalSocket } from '../local/serve-local-socket.ts'
import type { OpenApp } from './lasting-app.ts'

/** How long an owner that runs already may take to say hello, in ms. */
const HELLO_LIMIT_MS = 5_000

/** An owner that is just starting or ending has no socket: how long and how often to look again, in ms. */
const HANDOVER_LIMIT_MS = 5_000
const HANDOVER_RETRY_MS = 50

/**
 * Becomes the owner of the data folder and lets other processes of the user in, or attaches to the owner there is.
 * Throws an error with the whole story for a person, and `OwnerUnreachableError`.
 */
export function createOpenApp(options: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
}): OpenApp {
  return async (onLost) => {
    const deadlineMs = performance.now() + HANDOVER_LIMIT_MS
    for (;;) {
      const opened = await openPetri({ shell: 'electron', ...options }).catch((error: unknown) => {
        throw new Error(words(toFailure(error)), { cause: error })
      })
      if (opened.kind === 'owner') {
        const app = await sharedApp(opened.app, opened.localSocketPath)
        // A job of its own: the window does not wait for it, and shows what came of it.
        void app.dispatch('vm.autostart', {})
        return app
      }
      try {
        return await connectOwner(opened.owner.socketPath, { timeoutMs: HELLO_LIMIT_MS, onLost })
      } catch (error) {
        const isHandover = error instanceof OwnerUnreachableError && error.kind === 'gone'
        if (!isHandover || performance.now() > deadlineMs) throw error
      }
      // There is no event for "another process let go of its lock".
      await wait(HANDOVER_RETRY_MS)
    }
  }
}

/** For a dialog: the window has no page yet that could show more. */
function words({ title, evidence, cure }: Failure): string {
  return [title, evidence, cure && [cure.text, cure.command].filter(Boolean).join(' ')].filter(Boolean).join('\n\n')
}

async function sharedApp(app: App, socketPath: string): Promise<App> {
  try {
    const socket = await serveLocalSocket(app, socketPath)
    return {
      dispatch: (...call) => app.dispatch(...call),
      subscribe: (listener) => app.subscribe(listener),
      openConsole: (...open) => app.openConsole(...open),
      [Symbol.asyncDispose]: async () => {
        await socket[Symbol.asyncDispose]()
        await app[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await app[Symbol.asyncDispose]()
    throw error
  }
}
