import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { test as base } from 'playwright/test'

import { appFolder, makePetriHome, type PetriHome } from './petri-home.ts'

export { expect } from 'playwright/test'

/** `petri serve` as a program of its own. */
export interface ServedPetri {
  readonly home: PetriHome
  /** The link that opens one browser. */
  readonly url: string
  readonly pid: number
  /** Ends it as Ctrl-C would; resolves when it has ended. */
  stop(): Promise<void>
}

/** Starts `petri serve` on a free port in a home of the caller's, which outlives it. */
export async function launchServe(home: PetriHome): Promise<ServedPetri> {
  const child = spawn(process.execPath, [join(appFolder, 'dist/main/cli.js'), 'serve', '--port', '0', '--json'], {
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), closed.then(() => undefined)])
  const url = first && servedUrl(String(first[0]))
  if (url === undefined || child.pid === undefined) throw new Error(`petri serve did not start:\n${complaint}`)
  return {
    home,
    url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGINT')
      await closed
    },
  }
}

function servedUrl(line: string): string | undefined {
  const answer: unknown = JSON.parse(line)
  const url = typeof answer === 'object' && answer !== null && 'url' in answer ? answer.url : undefined
  return typeof url === 'string' ? url : undefined
}

/** Each test gets a server of its own; `page` is not logged in before it opens `served.url`. */
export const test = base.extend<{ served: ServedPetri }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that this one needs from the pattern
  served: async ({}, provide) => {
    await using home = await makePetriHome()
    const served = await launchServe(home)
    await provide(served)
    await served.stop()
  },
})
