import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder with package.json and dist: this checkout, or the one that PETRI_E2E_APP names. */
export const appFolder = process.env['PETRI_E2E_APP'] ?? fileURLToPath(new URL('../../..', import.meta.url))

/** Folders of a user who has never run Petri, except that the note about machines that run on has been read. */
export interface PetriHome extends AsyncDisposable {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Disposing of it ends every process that has the folder in its command line, with its children (a machine in its
 * sandbox knows no path of the host), and deletes it.
 */
export async function makePetriHome(): Promise<PetriHome> {
  const path = await mkdtemp(join(tmpdir(), 'petri-e2e-'))
  await mkdir(join(path, 'state'), { mode: 0o700 })
  await writeFile(join(path, 'state', 'window.json'), '{"toldMachinesRunOn":true}')
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('PETRI_') ? [] : [[name, value] as const],
  )
  return {
    path,
    env: { ...Object.fromEntries(inherited), PETRI_HOME: path },
    [Symbol.asyncDispose]: async () => {
      for (const pid of await processesOf(path)) end(pid)
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

async function processesOf(path: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return { pid: Number(pid), parent: Number(/^PPid:\s(\d+)$/m.exec(status)?.[1]), commandLine }
    }),
  )
  const found = new Set(
    processes.flatMap(({ pid, commandLine }) => (pid !== process.pid && commandLine.includes(path) ? [pid] : [])),
  )
  return processes.flatMap(({ pid, parent }) => (found.has(pid) || found.has(parent) ? [pid] : []))
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
