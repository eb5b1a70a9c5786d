import type { PetriBridge } from '#contract/bridge'
import { _electron, type ElectronApplication, type Page, test as base } from 'playwright/test'

import { appFolder, makePetriHome, type PetriHome } from './petri-home.ts'

export { expect } from 'playwright/test'

declare global {
  interface Window {
    readonly petri?: PetriBridge
  }
}

/** The built app in Electron, with folders of its own. */
export interface RunningPetri {
  readonly home: PetriHome
  readonly electron: ElectronApplication
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
  return { home, electron, page: await electron.firstWindow() }
}

/** Each test gets an app of its own. Needs a display (`xvfb-run`) and an ordinary user. */
export const test = base.extend<{ petri: RunningPetri }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that this one needs from the pattern
  petri: async ({}, provide) => {
    await using home = await makePetriHome()
    const petri = await launchElectron(home)
    await provide(petri)
    await petri.electron.close()
  },
})
