import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, type Locator, type Page } from 'playwright/test'

import { installerIsos, makeInstallerIso } from '../../fixtures/installer-isos.ts'
import { notebookDisk } from '../../fixtures/notebook-guest.ts'
import type { PetriHome } from './petri-home.ts'
import type { TourDriver } from './tour-driver.ts'
import { notebookPicture, type NotebookPicture } from './tour-picture.ts'

const LIMIT_MS = 60_000

/**
 * From an empty library to a lab with a history: import a disk, see which systems are on twelve and more installers,
 * make a machine, look at its screen and type on it, keep a state, leave it, go back, clone it, delete the clone, and
 * take that back. The screen's pixels tell what the guest's disk holds.
 */
export async function runTour(page: Page, home: PetriHome, driver: TourDriver): Promise<void> {
  const files = await makeFiles(home)
  await emptyTheLibrary(page, driver)
  await importDisk(page, driver, files.disk)
  await detectSystems(page, driver, files.isos)
  await createNotebook(page, driver)

  const screen = await boot(page, driver, 'Notebook')
  const fresh = await shows(screen, () => true)
  await driver.typeIntoGuest(screen, 'alpha')
  await shows(screen, ({ kept, typed }) => kept === fresh.kept && typed !== fresh.typed)
  await driver.enterIntoGuest(screen)
  const alpha = await shows(screen, ({ kept, typed }) => kept !== fresh.kept && typed === fresh.typed)

  await takeSnapshot(page, driver, 'Alpha')
  await driver.press(page.getByRole('tab', { name: 'Screen' }))
  await driver.typeIntoGuest(screen, 'beta')
  await driver.enterIntoGuest(screen)
  await shows(screen, ({ kept, typed }) => kept !== alpha.kept && kept !== fresh.kept && typed === fresh.typed)

  await goBack(page, driver, 'Alpha')
  await driver.press(page.getByRole('tab', { name: 'Screen' }))
  await shows(screen, ({ kept }) => kept === alpha.kept)

  await cloneAt(page, driver, 'Alpha', 'Child')
  await driver.goTo('Machines')
  await driver.press(machine(page, 'Child'))
  await shows(await boot(page, driver, 'Child'), ({ kept }) => kept === alpha.kept)

  await deleteAndUndo(page, driver, 'Child')
}

const machine = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true })
const button = (place: Page | Locator, name: string) => place.getByRole('button', { name, exact: true })
const snapshot = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}\\b`) })

async function makeFiles({ path }: PetriHome) {
  const folder = join(path, 'files')
  await mkdir(folder)
  const disk = join(folder, 'notebook.img')
  await writeFile(disk, notebookDisk())
  const isos = installerIsos.map((installer, index) => ({ ...installer, path: join(folder, `installer-${index}.iso`) }))
  for (const iso of isos) await makeInstallerIso(iso.path, iso)
  return { disk, isos }
}

/** The Starters that come with Petri go, so that what is there is what the person made. */
async function emptyTheLibrary(page: Page, driver: TourDriver): Promise<void> {
  await expect(machine(page, 'Starter')).toBeVisible()
  const names = await page.getByRole('main').getByRole('row').getByRole('link').allTextContents()
  for (const name of names) {
    await driver.choose(button(page, `More for ${name}`), 'Delete')
    await expect(machine(page, name)).toHaveCount(0)
  }
  await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible()
}

async function importDisk(page: Page, driver: TourDriver, path: string): Promise<void> {
  await driver.goTo('Images')
  await driver.choose(button(page, 'More about images'), 'Import a file')
  const form = page.getByRole('dialog', { name: 'Import an image file' })
  await driver.nameFile(form.getByRole('textbox', { name: 'Image file' }), path)
  await driver.write(form.getByRole('textbox', { name: 'Name' }), 'Notebook disk')
  await driver.press(button(form, 'Import'))
  // On the page all the while: a copy of a second puts no drawer in front of it.
  await expect(page.getByRole('alert').getByText('Notebook disk is here')).toBeVisible({ timeout: LIMIT_MS })
  await driver.press(page.getByRole('tab', { name: 'Here (1)' }))
  await expect(page.getByRole('heading', { name: 'Notebook disk' })).toBeVisible()
}

async function detectSystems(
  page: Page,
  driver: TourDriver,
  isos: readonly { readonly path: string; readonly name: RegExp }[],
): Promise<void> {
  await driver.goTo('New machine')
  await driver.press(page.getByRole('radio', { name: 'Installer ISO' }))
  const note = page.getByRole('main').getByRole('status')
  for (const { path, name } of isos) {
    await driver.nameFile(page.getByRole('textbox', { name: 'ISO file' }), path)
    await expect(note.getByText(name)).toBeVisible()
  }
}

async function createNotebook(page: Page, driver: TourDriver): Promise<void> {
  await driver.press(page.getByRole('radio', { name: 'Catalogue image' }))
  await driver.pick(page.getByRole('combobox', { name: 'Image' }), /^Notebook disk/)
  await driver.write(page.getByRole('textbox', { name: 'Name' }), 'Notebook')
  await driver.press(button(page, 'Review'))
  await expect(page.getByText('Ready to create.')).toBeVisible()
  await driver.press(button(page, 'Create'))
  await expect(page.getByRole('heading', { name: 'Notebook', exact: true })).toBeVisible({ timeout: LIMIT_MS })
}

/** Starts the machine on whose page one is, and shows its screen. */
async function boot(page: Page, driver: TourDriver, name: string): Promise<Locator> {
  await driver.press(page.getByRole('tab', { name: 'Screen' }))
  await driver.press(button(page, `Start ${name}`))
  const screen = page.getByRole('application', { name: `Screen of ${name}` })
  await expect(screen).toBeVisible({ timeout: LIMIT_MS })
  return screen
}

async function shows(screen: Locator, isRight: (picture: NotebookPicture) => boolean): Promise<NotebookPicture> {
  let last: NotebookPicture | undefined
  await expect
    .poll(
      async () => {
        last = await notebookPicture(screen)
        return last !== undefined && isRight(last)
      },
      { timeout: LIMIT_MS },
    )
    .toBe(true)
  if (last === undefined) throw new Error('there is no picture')
  return last
}

async function takeSnapshot(page: Page, driver: TourDriver, name: string): Promise<void> {
  await driver.press(page.getByRole('tab', { name: 'Snapshots' }))
  await driver.press(button(page, 'Take snapshot'))
  const form = page.getByRole('dialog', { name: 'Snapshot of “Notebook”' })
  await driver.write(form.getByRole('textbox', { name: 'Name' }), name)
  await driver.press(button(form, 'Take snapshot'))
  await expect(snapshot(page, name)).toBeVisible({ timeout: LIMIT_MS })
}

async function goBack(page: Page, driver: TourDriver, name: string): Promise<void> {
  await driver.press(page.getByRole('tab', { name: 'Snapshots' }))
  await driver.press(snapshot(page, name))
  await driver.press(button(page, 'Go back to this'))
  const form = page.getByRole('dialog', { name: `Take “Notebook” back to “${name}”?` })
  await driver.press(button(form, 'Go back'))
  await expect(page.getByRole('treeitem', { name: `Before going back to ${name}` })).toBeVisible({ timeout: LIMIT_MS })
  await expect(button(page, 'Go back to this')).toBeEnabled({ timeout: LIMIT_MS })
}

async function cloneAt(page: Page, driver: TourDriver, name: string, cloneName: string): Promise<void> {
  await driver.press(page.getByRole('tab', { name: 'Snapshots' }))
  await driver.press(snapshot(page, name))
  await driver.press(button(page, 'Clone'))
  const form = page.getByRole('dialog', { name: `Clone of “Notebook” at “${name}”` })
  await driver.write(form.getByRole('textbox', { name: 'Name' }), cloneName)
  await driver.press(form.getByRole('radio', { name: 'Linked' }))
  await driver.press(button(form, 'Clone'))
  await expect(page.getByText('It needs Notebook to stay.')).toBeVisible({ timeout: LIMIT_MS })
}

async function deleteAndUndo(page: Page, driver: TourDriver, name: string): Promise<void> {
  const more = button(page, `More for ${name}`)
  await driver.choose(more, 'Power off')
  await driver.press(button(page.getByRole('dialog', { name: `Power off “${name}”?` }), 'Power off'))
  await expect(page.getByRole('main').getByText('Stopped')).toBeVisible({ timeout: LIMIT_MS })
  await driver.choose(more, 'Delete')
  await expect(machine(page, 'Notebook')).toBeVisible()
  await expect(machine(page, name)).toHaveCount(0)
  await driver.undo()
  await expect(machine(page, name)).toBeVisible()
}
