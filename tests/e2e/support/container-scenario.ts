import { join } from 'node:path'

import { expect, type Page } from 'playwright/test'

import { smallRoot } from '../../support/small-root.ts'

/**
 * What somebody does who has a program for another architecture: makes a container from a tar file, works in two
 * terminals, looks at what runs it, and looks into a single program and runs it. Mouse first, then keyboard alone.
 */
export async function runContainerScenario(page: Page, folder: string): Promise<void> {
  const { tar, root } = await smallRoot(folder)
  await page.getByRole('link', { name: 'Containers' }).click()
  await page.getByRole('button', { name: 'New container' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('tiny')
  await page.getByRole('radio', { name: 'File or folder' }).click()
  await page.getByRole('textbox', { name: 'File' }).fill(tar)
  await page.getByRole('combobox', { name: 'Network' }).click()
  await page.getByRole('option', { name: 'None' }).click()
  await page.getByRole('button', { name: 'Make the container' }).click()
  const jobs = page.getByRole('dialog', { name: 'Jobs' })
  await expect(jobs.getByText('Made tiny from small.tar')).toBeVisible({ timeout: 60_000 })
  await jobs.getByRole('link', { name: 'Open the container' }).click()

  const newTerminal = page.getByRole('button', { name: 'Terminal', exact: true })
  await newTerminal.click()
  const first = page.getByRole('region', { name: 'Terminal 1 of tiny' })
  await expect(first).toContainText('#', { timeout: 30_000 })
  await first.click()
  await page.keyboard.type('echo "$(uname -m) $((40+2))"\n')
  await expect(first).toContainText('armv7l 42')

  await newTerminal.focus()
  await page.keyboard.press('Enter')
  const second = page.getByRole('region', { name: 'Terminal 2 of tiny' })
  await expect(second).toContainText('#')
  await second.click()
  await page.keyboard.type('cat\nstill here\n')
  await expect(second).toContainText(/still here.*still here/s)

  // Files go in, and programs run, by keyboard alone.
  await page.getByRole('tab', { name: 'Tools' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('File', { exact: true }).fill(join(root, 'etc/passwd'))
  await page.getByLabel('Folder inside').fill('/etc/copied')
  await page.keyboard.press('Enter')
  await expect(page.getByText('could not be written in the container')).toBeVisible()
  await page.getByLabel('Folder inside').fill('/etc')
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 file copied to /etc.')).toBeVisible()
  await page.getByLabel('Command', { exact: true }).fill('cat /etc/passwd')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'cat of tiny' })).toContainText('root:x:0:0')
  await page.getByRole('tab', { name: 'Usage' }).click()
  await expect(page.getByRole('region', { name: 'What it uses' })).toContainText('Processes')

  await page.getByRole('tab', { name: 'Overview' }).click()
  await expect(page.getByText(/qemu-arm.* (\/usr)?\/bin\/cat|qemu-arm.* cat/).first()).toBeVisible()
  await page.getByRole('tab', { name: 'Terminal 1' }).click()
  await expect(first).toContainText('armv7l 42')

  await page.getByRole('link', { name: 'Containers' }).click()
  await page.getByText('Registrations', { exact: true }).click()
  await expect(page.getByText('petri-arm')).toBeVisible()

  await page.getByText('Run a program', { exact: true }).click()
  const program = page.getByRole('textbox', { name: 'Program', exact: true })
  await program.focus()
  await page.keyboard.type(join(root, 'usr/bin/uname'))
  await page.keyboard.press('Enter')
  const report = page.getByRole('region', { name: 'What the program is' })
  await expect(report).toContainText('This program runs emulated')
  await expect(report).toContainText('/lib/ld-linux-armhf.so.3')
  await report.getByLabel('Arguments').fill('-m')
  await report.getByRole('button', { name: 'Run in a sandbox' }).press('Enter')
  await expect(page.getByRole('region', { name: /^Output of/ })).toContainText('armv7l', { timeout: 30_000 })

  await page.getByRole('link', { name: 'Containers' }).click()
  await page.getByText('Containers', { exact: true }).last().click()
  await page.getByRole('button', { name: 'Stop tiny' }).click()
  await expect(page.getByRole('button', { name: 'Start tiny' })).toBeVisible({ timeout: 30_000 })

  // A second one of what is here now, by keyboard alone, ends in its terminal, where the keys go.
  await page.getByRole('button', { name: 'New container' }).press('Enter')
  await page.getByRole('radio', { name: 'Already here' }).press('Space')
  const bases = page.getByRole('combobox', { name: 'Unpacked root file system' })
  await bases.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(bases).toHaveValue(/small\.tar/)
  await page.getByRole('button', { name: 'Make the container' }).press('Enter')
  const launched = page.getByRole('region', { name: 'Terminal 1 of box-armhf' })
  await expect(launched).toContainText('#', { timeout: 30_000 })
  await page.keyboard.type('echo "launched $((6*7))"\n')
  await expect(launched).toContainText('launched 42')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped').first()).toBeVisible({ timeout: 30_000 })
}
