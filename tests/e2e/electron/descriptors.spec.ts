import { readdir, readlink } from 'node:fs/promises'

import { callFromPage, expect, test } from '../support/launch-electron.ts'

test('a machine that was started from the window holds nothing of the window', async ({ petri }) => {
  const { page, electron } = petri
  await page.getByRole('button', { name: 'Start Starter', exact: true }).click()
  const state = async () => JSON.stringify(await callFromPage(page, 'vm.show', { id: 'starter' }))
  await expect.poll(state).toContain('"kind":"running"')
  const pid = Number(/"pid":(\d+)/.exec(await state())?.[1])
  const ours = new Set(await openThings(electron.process().pid ?? 0))
  const theirs = await openThings(pid)
  expect(theirs.length).toBeGreaterThan(0)
  expect(theirs.filter((thing) => ours.has(thing))).toEqual([])
})

/** Sockets and pipes that a process has open, by their inode. */
async function openThings(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`
  const links = await Promise.all(
    (await readdir(folder)).map(async (fd) => await readlink(`${folder}/${fd}`).catch(() => '')),
  )
  return links.filter((link) => /^(socket|pipe):/.test(link))
}
