import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { z } from 'zod'

const starterFolder = fileURLToPath(new URL('../../dist/starter', import.meta.url))
const waitMs = 40_000

/** BusyBox's shell asks the terminal where the cursor is, after each prompt. */
const prompt = 'root@starter:~# '

const programs = {
  x86_64: { program: 'qemu-system-x86_64', args: ['-machine', 'q35'] },
  aarch64: { program: 'qemu-system-aarch64', args: ['-machine', 'virt'] },
  arm: { program: 'qemu-system-arm', args: ['-machine', 'virt'] },
}

export type StarterArchitecture = keyof typeof programs

/** A Starter guest that runs under QEMU, driven over its serial port and QMP. Disposing of it ends it. */
export interface StarterMachine extends AsyncDisposable {
  readonly folder: string
  /** Types a command and returns what it printed, without the next prompt. */
  run(command: string): Promise<string>
  /** Repeats a command until its output matches, for what the guest does in the background. */
  runUntil(command: string, expected: RegExp): Promise<string>
  /** Types without waiting for a prompt. */
  type(text: string): void
  /** Returns what the guest prints before `end`. */
  readUntil(end: string): Promise<string>
  qmp(execute: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** QEMU's exit code, when the guest has ended it. */
  ended(): Promise<number | null>
}

/** Why this architecture cannot be booted here; undefined: it can. */
export function missingForStarter(architecture: StarterArchitecture): string | undefined {
  const { program } = programs[architecture]
  if (!existsSync(join(starterFolder, architecture, 'manifest.json'))) return 'the Starter was not built for it'
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))
    ? undefined
    : `${program} is not installed`
}

/** Boots the Starter without acceleration and waits for its prompt. */
export async function bootStarter(
  architecture: StarterArchitecture,
  { kernel = 'vmlinuz', args = programs[architecture].args }: { kernel?: string; args?: readonly string[] } = {},
  devices: readonly string[] = [],
): Promise<StarterMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'petri-starter-'))
  const guest = join(starterFolder, architecture)
  const { commandLine } = manifest.parse(JSON.parse(readFileSync(join(guest, 'manifest.json'), 'utf8')))
  const common = ['-accel', 'tcg', '-cpu', 'max', '-m', '256', '-nodefaults', '-no-user-config', '-display', 'none']
  const boot = ['-kernel', join(guest, kernel), '-initrd', join(guest, 'initrd.img'), '-append', commandLine]
  const ends = ['-serial', 'stdio', '-qmp', `unix:${folder}/qmp,server=on,wait=off`]
  const qemu = spawn(programs[architecture].program, [...args, ...common, ...boot, ...ends, ...devices])
  const closed = once(qemu, 'close')
  let unread = ''
  let complaint = ''
  let qmpSocket: Socket | undefined
  qemu.stdout.setEncoding('utf8').on('data', (text: string) => (unread += text.replaceAll('\u001b[6n', '')))
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))

  const endedEarly = closed.then(() => {
    throw new Error(`QEMU has ended: ${complaint}\n${unread.slice(-2000)}`)
  })
  // Only whoever reads wants to hear of it.
  endedEarly.catch(() => undefined)
  const readUntil = (end: string) => Promise.race([appears(end), endedEarly])
  const appears = (end: string) =>
    vi.waitFor(
      () => {
        const at = unread.indexOf(end)
        if (at < 0) throw new Error(`no "${end}" in: ${unread.slice(-2000)}`)
        const before = unread.slice(0, at)
        unread = unread.slice(at + end.length)
        return before
      },
      { timeout: waitMs, interval: 20 },
    )
  const run = async (command: string) => {
    // The shell wraps what is typed at 80 columns; the mark is not in the text of the command, so it ends the echo.
    qemu.stdin.write(`echo '<''<'; ${command}\n`)
    await readUntil('<<\r\n')
    return (await readUntil(prompt)).replaceAll('\r', '')
  }

  const machine: StarterMachine = {
    folder,
    run,
    type: (text) => qemu.stdin.write(text),
    readUntil,
    runUntil: (command, expected) =>
      vi.waitFor(
        async () => {
          const output = await run(command)
          if (!expected.test(output)) throw new Error(`"${command}" says: ${output}`)
          return output
        },
        { timeout: waitMs, interval: 200 },
      ),
    qmp: async (execute, params = {}) => {
      qmpSocket ??= await connectQmp(join(folder, 'qmp'))
      return askQmp(qmpSocket, execute, params)
    },
    ended: async () => {
      const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(await closed)
      return code
    },
    [Symbol.asyncDispose]: async () => {
      qmpSocket?.destroy()
      qemu.kill('SIGKILL')
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await readUntil(prompt)
  } catch (error) {
    await machine[Symbol.asyncDispose]()
    throw error
  }
  return machine
}

const manifest = z.object({ commandLine: z.string() })
const answer = z.object({ return: z.unknown().optional(), error: z.object({ desc: z.string() }).optional() })

async function connectQmp(path: string): Promise<Socket> {
  const socket = createConnection(path)
  socket.setEncoding('utf8')
  await once(socket, 'data')
  await askQmp(socket, 'qmp_capabilities', {})
  return socket
}

/** Sends one command and returns its answer; events in between are passed over. */
function askQmp(socket: Socket, execute: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (chunk: string) => {
      text += chunk
      for (const line of text.split('\n').slice(0, -1)) {
        const message = answer.safeParse(JSON.parse(line))
        if (!message.success || !/"(return|error)"/.test(line)) continue
        socket.off('data', read)
        if (message.data.error) reject(new Error(message.data.error.desc))
        else resolve(message.data.return)
        return
      }
    }
    socket.on('data', read)
    socket.write(`${JSON.stringify({ execute, arguments: params })}\n`)
  })
}
