import {
  convertByKeyboard,
  convertByMouse,
  convertSeveral,
  copyFilesOut,
  makeRawDisk,
  proveThatItBoots,
} from '../support/disk-scenario.ts'
import { test } from '../support/launch-serve.ts'

test('a disk is looked into, converted for VMware with proof, checked and compared; files are copied out; a machine is made of it and proved', async ({
  page,
  served,
}, info) => {
  const disk = await makeRawDisk(served.home)
  await page.goto(served.url)
  const shot = (name: string) => page.screenshot({ path: info.outputPath(`${name}.png`) })
  await convertByMouse(page, disk, shot)
  await copyFilesOut(page, `${disk}-files`, shot)
  await proveThatItBoots(page, shot)
})

test('without a mouse a disk is converted and resized', async ({ page, served }) => {
  const disk = await makeRawDisk(served.home)
  await page.goto(served.url)
  await convertByKeyboard(page, disk)
})

test('the disks of a folder are converted one after the other, and split for a stick', async ({
  page,
  served,
}, info) => {
  const disk = await makeRawDisk(served.home)
  await page.goto(served.url)
  await convertSeveral(page, disk, (name) => page.screenshot({ path: info.outputPath(`${name}.png`) }))
})
