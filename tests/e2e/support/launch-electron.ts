import type { CallOutcome } from '#contract/api'
import type { PreloadBridge } from '#contract/bridge'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { _electron, type ElectronApplication, type Page, test as base } from 'playwright/test'

import { appFolder, makePetriHome, type PetriHome } from './petri-home.ts'

export { expect } from 'playwright/test'

declare global {
  interface Window {
    readonly petri?: PreloadBridge
  }
}

/** The built app in Electron, with folders of its own. */
export interface RunningPetri {
  readonly home: PetriHome
  readonly electron: ElectronApplication
  /** The main process; the driver no longer names it once it has ended. */
  readonly child: ChildProcess
  /** What the window shows. */
  readonly page: Page
}

/** Starts the built app in a home of the caller's, which outlives it. */
export async function launchElectron(home: PetriHome, args: readonly string[] = []): Promise<RunningPetri> {
  if (process.getuid?.() === 0) throw new Error('Chromium has no sandbox for root: run this as an ordinary user')
  const electron = await _electron.launch({
    args: [appFolder, ...args],
    env: home.env,
    // As users have it; the driver would switch it off.
    chromiumSandbox: true,
    timeout: 60_000,
  })
  return { home, electron, child: electron.process(), page: await electron.firstWindow() }
}

/** Quits the app as its user would; machines run on. */
export async function quitElectron({ electron, child }: RunningPetri): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  // The app may be gone before the driver has its answer.
  await electron.evaluate(({ app }) => app.quit()).catch(() => undefined)
  await exited
}

/** Quits the app, ends its machines, and lets go of its pipes, which a machine may hold open. */
export async function closeElectron(petri: RunningPetri): Promise<void> {
  await quitElectron(petri)
  await petri.home[Symbol.asyncDispose]()
  await petri.electron.close()
}

/** Makes a call as the page could make it. */
export async function callFromPage(page: Page, name: string, params: unknown = {}): Promise<CallOutcome> {
  const json = await page.evaluate(
    async ([call, given]) => await window.petri?.callForJson(call, given, crypto.randomUUID()),
    [name, params] as const,
  )
  const outcome: CallOutcome = JSON.parse(json ?? 'null')
  return outcome
}

/** Each test gets an app of its own. Needs a display (`xvfb-run`) and an ordinary user. */
export const test = base.extend<{ petri: RunningPetri }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that this one needs from the pattern
  petri: async ({}, provide) => {
    await using home = await makePetriHome()
    const petri = await launchElectron(home)
    await provide(petri)
    await closeElectron(petri)
  },
})
