import { expect, type Page } from 'playwright/test'

const BOOT_LIMIT_MS = 60_000

/**
 * What somebody does who opens Petri for the first time: the Starter is there, one click boots it, its serial console
 * answers what is typed, and it switches itself off when asked to.
 */
export async function runFirstRunScenario(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Machines', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Start Starter', exact: true }).click()
  await page.getByRole('link', { name: 'Starter', exact: true }).click()
  const console = page.getByRole('region', { name: 'Serial console of Starter' })
  await expect(console).toContainText('root@starter', { timeout: BOOT_LIMIT_MS })
  await page.keyboard.type('uname -a\n')
  await expect(console).toContainText(/Linux starter \d+\.\d+.*x86_64 GNU\/Linux/)
  await page.getByRole('button', { name: 'Shut down' }).click()
  await expect(page.getByRole('main').getByText('Stopped')).toBeVisible({ timeout: BOOT_LIMIT_MS })
}
