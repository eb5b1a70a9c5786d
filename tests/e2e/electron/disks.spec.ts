import { convertByKeyboard, convertByMouse, makeRawDisk } from '../support/disk-scenario.ts'
import { test } from '../support/launch-electron.ts'

test('a disk is looked into, converted for VMware with proof, checked and compared', async ({ petri }, info) => {
  const disk = await makeRawDisk(petri.home)
  await convertByMouse(petri.page, disk, (name) => petri.page.screenshot({ path: info.outputPath(`${name}.png`) }))
})

test('without a mouse a disk is converted and resized', async ({ petri }) => {
  await convertByKeyboard(petri.page, await makeRawDisk(petri.home))
})
