import type { Page } from 'playwright/test'

import type { FakeBridge } from '../../fakes/fake-bridge.ts'

declare global {
  interface Window {
    readonly fakeOwner?: FakeBridge
  }
}

/** A state of the window that has to be fit to be seen, shown by the page that talks to the fake owner. */
export interface Screen {
  readonly name: string
  /** The route, without the `#`. */
  readonly at: string
  readonly query?: string
  /** What has to be in sight before it is looked at. */
  readonly shows: string
  readonly act?: (page: Page) => Promise<void>
}

export const plannedFailure = {
  code: 'in-use',
  title: 'The machine could not start',
  evidence: 'qemu-system-x86_64: Failed to get "write" lock',
  cause: 'Another process holds the disk.',
  cure: { text: 'See which process it is:', command: 'fuser -v /srv/disk.qcow2' },
  raw: 'all that QEMU said',
} as const

export const press = (page: Page, role: 'tab' | 'button' | 'menuitem' | 'radio' | 'combobox', name: string) =>
  page.getByRole(role, { name, exact: true }).click()

/** Opens the menu of a machine in the library. */
export const menuOf = (name: string) => (page: Page) => press(page, 'button', `More for ${name}`)

/** Chooses an item of a machine's menu in the library. */
export const chosenFor = (name: string, item: string) => async (page: Page) => {
  await menuOf(name)(page)
  await press(page, 'menuitem', item)
}
