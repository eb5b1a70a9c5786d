import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, type Locator, type Page } from 'playwright/test'

import type { PetriHome } from './petri-home.ts'

const LIMIT_MS = 30_000
/** More presses of Tab than any page here has places to stop at. */
const MOST_STOPS = 80
const run = promisify(execFile)

/** Makes a raw disk with a file system and a file of 300 kB in it; gives its path. */
export async function makeRawDisk({ path }: PetriHome): Promise<string> {
  const folder = join(path, 'disks')
  await mkdir(join(folder, 'files'), { recursive: true })
  await writeFile(join(folder, 'files', 'hello'), randomBytes(300_000))
  const disk = join(folder, 'server.raw')
  await run('/sbin/mke2fs', ['-q', '-t', 'ext4', '-L', 'ROOT', '-d', join(folder, 'files'), disk, '24M'])
  return disk
}

/**
 * What somebody does with a mouse who was given a disk: look into it, convert it for VMware, see it proved, then work on
 * the new one: check, compare, digest.
 */
export async function convertByMouse(page: Page, disk: string, shot?: (name: string) => Promise<unknown>) {
  await page.getByRole('link', { name: 'Disks' }).click()
  await page.getByRole('textbox', { name: 'Disk file or folder' }).fill(disk)
  await page.getByRole('button', { name: 'Look into it' }).click()
  await expect(page.getByText('ROOT').first()).toBeVisible()
  await expect(page.getByText('Each cell is')).toBeVisible()
  await shot?.('disk')
  await page.getByRole('button', { name: 'Convert', exact: true }).click()
  await page.getByRole('radio', { name: 'VMware' }).click()
  await expect(page.getByText('adapter_type=lsilogic').first()).toBeVisible()
  await shot?.('wizard')
  const target = disk.replace('.raw', '.vmdk')
  await expect(page.getByRole('textbox', { name: 'New file' })).toHaveValue(target)
  await page.getByRole('button', { name: 'Convert', exact: true }).click()
  await ended(page, 'Convert server.raw to server.vmdk', 'compared with the source: equal')
  await shot?.('converted')
  await page.keyboard.press('Escape')
  await sameDisk(disk, target, 'vmdk')

  await open(page, target)
  await expect(page.getByText('vmdk').first()).toBeVisible()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await ended(page, 'Check server.vmdk', 'is in order')
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Other disk' }).fill(disk)
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await ended(page, 'Compare server.vmdk with server.raw', 'show the same')
  await shot?.('workbench')
  await page.keyboard.press('Escape')
  expect((await readdir(join(disk, '..'))).toSorted()).toEqual(['files', 'server.raw', 'server.vmdk'])
}

/** Two disks of a folder are chosen and converted one after the other; one is split for a FAT32 stick. */
export async function convertSeveral(page: Page, disk: string, shot?: (name: string) => Promise<unknown>) {
  const [folder, second] = [join(disk, '..'), disk.replace('server', 'mail')]
  await copyFile(disk, second)
  await open(page, folder)
  await page.getByRole('checkbox', { name: 'Choose mail.raw' }).check()
  await page.getByRole('checkbox', { name: 'Choose server.raw' }).check()
  await shot?.('several')
  await page.getByRole('button', { name: 'Convert 2' }).click()
  for (const name of ['mail', 'server'])
    await ended(page, `Convert ${name}.raw to ${name}.qcow2`, 'compared with the source: equal')
  await sameDisk(second, second.replace('.raw', '.qcow2'), 'qcow2')
  await sameDisk(disk, disk.replace('.raw', '.qcow2'), 'qcow2')
  await shot?.('several-done')
  const job = page.getByRole('listitem', { name: 'Convert mail.raw to mail.qcow2' })
  await job.getByRole('link', { name: 'Show the disk' }).click()
  await expect(page.getByRole('heading', { name: 'mail.qcow2', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Split', exact: true }).click()
  await ended(page, 'Split mail.qcow2', 'Made 1 piece of mail.qcow2')
  await page.keyboard.press('Escape')
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['mail.qcow2.001', 'mail.qcow2.sha256']))
}

/** Lists what is inside the disk that is open, and copies a file out. */
export async function copyFilesOut(page: Page, target: string, shot?: (name: string) => Promise<unknown>) {
  await page.getByRole('button', { name: 'List the files' }).click()
  await page.getByRole('checkbox', { name: 'Choose hello' }).check({ timeout: 2 * LIMIT_MS })
  await page.getByRole('textbox', { name: 'Copy into the new folder' }).fill(target)
  await shot?.('files')
  await page.getByRole('button', { name: 'Copy 1 out' }).click()
  await expect(page.getByRole('listitem', { name: /^Copy files out of/ })).toContainText('Copied 1 file to', {
    timeout: 2 * LIMIT_MS,
  })
  await page.keyboard.press('Escape')
  expect((await stat(join(target, 'hello'))).size).toBe(300_000)
}

/** A machine is made of the disk, and a run of it that is thrown away says what its firmware showed. */
export async function proveThatItBoots(page: Page, shot?: (name: string) => Promise<unknown>) {
  await page.getByRole('button', { name: 'Make a machine of it' }).click()
  await page.getByRole('button', { name: 'Prove that it boots' }).click()
  await expect(page.getByText('No: its firmware finds nothing to boot from.')).toBeVisible({ timeout: 2 * LIMIT_MS })
  await expect(page.getByRole('img', { name: 'Its screen at the end' })).toBeVisible()
  await shot?.('boot-proof')
}

/** The same without a mouse: Alt+3, Tab, the arrow keys, Enter and the space bar. */
export async function convertByKeyboard(page: Page, disk: string) {
  await expect(page.getByRole('link', { name: 'Disks' })).toBeVisible({ timeout: LIMIT_MS })
  await page.keyboard.press('Alt+3')
  await tabTo(page, page.getByRole('textbox', { name: 'Disk file or folder' }))
  await page.keyboard.type(disk)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Convert', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('radio', { name: 'QEMU / KVM' }))
  const wanted = page.getByRole('radio', { name: 'Hyper-V, generation 2' })
  for (let press = 0; press < MOST_STOPS && !(await wanted.isChecked()); press += 1)
    await page.keyboard.press('ArrowDown')
  await expect(wanted).toBeChecked()
  await tabTo(page, page.getByRole('switch', { name: /Prove it afterwards/ }))
  await page.keyboard.press('Space')
  await page.keyboard.press('Space')
  await expect(page.getByRole('switch', { name: /Prove it afterwards/ })).toBeChecked()
  await expect(page.getByRole('button', { name: 'Convert', exact: true })).toBeEnabled()
  await tabTo(page, page.getByRole('button', { name: 'Convert', exact: true }))
  await page.keyboard.press('Enter')
  await ended(page, 'Convert server.raw to server.vhdx', 'compared with the source: equal')
  await page.keyboard.press('Escape')
  await sameDisk(disk, disk.replace('.raw', '.vhdx'), 'vhdx')

  // A resize of the first disk: a number by keyboard, and the file grows.
  await tabTo(page, page.getByLabel('New size in GiB'))
  await page.keyboard.press('Control+A')
  await page.keyboard.type('0.25')
  await tabTo(page, page.getByRole('button', { name: 'Grow' }))
  await page.keyboard.press('Enter')
  await ended(page, 'Resize server.raw', 'has 268435456 bytes now')
  await page.keyboard.press('Escape')
  const { stdout } = await run('qemu-img', ['info', '-f', 'raw', '--output=json', disk])
  expect(stdout).toContain(`"virtual-size": ${0.25 * 1024 ** 3}`)
}

async function open(page: Page, path: string): Promise<void> {
  await page.getByRole('link', { name: 'Disks' }).click()
  await page.getByRole('textbox', { name: 'Disk file or folder' }).fill(path)
  await page.getByRole('textbox', { name: 'Disk file or folder' }).press('Enter')
}

/** The drawer with the jobs is open; this one is over, with these words. */
async function ended(page: Page, title: string, words: string): Promise<void> {
  const job = page.getByRole('listitem', { name: title })
  await expect(job.first()).toContainText(words, { timeout: LIMIT_MS, ignoreCase: true })
}

async function tabTo(page: Page, aim: Locator): Promise<void> {
  await expect(aim).toBeVisible({ timeout: LIMIT_MS })
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await aim.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reaches ${String(aim)}`)
}

async function sameDisk(a: string, b: string, format: string): Promise<void> {
  const { stdout } = await run('qemu-img', ['compare', '-f', 'raw', '-F', format, a, b])
  expect(stdout).toContain('identical')
}
