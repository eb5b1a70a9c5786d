import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { type Command } from 'commander'

import { withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { wholeNumberValue } from './option-values.ts'
import { printNote } from './print.ts'

interface ServeOptions {
  readonly port: number
  readonly open?: boolean
  readonly json?: boolean
}

/** `petri serve`: the window in a browser, on this computer alone. */
export function addServeCommand(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('serve the window on 127.0.0.1 until Ctrl-C; machines go on without it')
    .option('--port <number>', 'port to listen on; 0 takes any free one', wholeNumberValue(0, 65_535), 0)
    .option('--open', 'open the address in a browser')
    .option('--json', 'print {url} on one line')
    .action((options: ServeOptions) => withSession(context, (session) => serve(context, session, options)))
}

async function serve(
  { stdout, ...context }: CliContext,
  session: Parameters<Parameters<typeof withSession>[1]>[0],
  { port, open, json }: ServeOptions,
): Promise<void> {
  const { PortTakenError, serveWeb } = await import('../web/serve-web.ts')
  // The build puts every file of the main process flat into dist/main, beside dist/renderer.
  const rendererFolder = fileURLToPath(new URL('../renderer', import.meta.url))
  const { app, runtimeFolder } = session
  const server = await serveWeb({ app, rendererFolder, port, runtimeFolder, now: () => new Date() }).catch(
    (error: unknown) => {
      if (error instanceof PortTakenError) throw portTaken(error.port, error.holder, error)
      throw error
    },
  )
  try {
    stdout.write(json ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`)
    if (open) openBrowser(server.url)
    // Whoever owned the library before has done it already.
    if (session.isOwner) void app.dispatch('vm.autostart', {})
    await Promise.race([aborted(context.signal), session.lost])
    if (!context.signal.aborted) throw ownerGone()
    printNote({ stdout, ...context }, 'closed; running machines go on')
  } finally {
    await server.close()
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A desktop without xdg-open still has the printed address. */
function openBrowser(url: string): void {
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}

function portTaken(port: number, holder: string | undefined, cause: unknown): CliFailure {
  return new CliFailure(
    {
      code: 'in-use',
      title: `Port ${port} of 127.0.0.1 is taken`,
      ...(holder === undefined ? {} : { cause: `It is held by ${holder}.` }),
      cure: { text: 'Take another port, or any free one by leaving out --port.' },
    },
    { cause },
  )
}

const ownerGone = (): CliFailure =>
  new CliFailure({
    code: 'unavailable',
    title: 'The Petri whose window was served has ended',
    cure: { text: 'Serve again; machines run on:', command: 'petri serve' },
  })
