import { press, type Screen } from './screen.ts'

const diskAt = (path: string) => `/disks/${encodeURIComponent(path)}`

/** What the disk workbench shows. */
export const diskScreens: readonly Screen[] = [
  { name: 'disks', at: '/disks', shows: 'No disk is open' },
  {
    name: 'a new disk with options',
    at: '/disks',
    shows: 'encrypted with LUKS',
    act: (page) => page.getByRole('button', { name: 'More', exact: true }).click(),
  },
  { name: 'a disk', at: diskAt('/srv/debian.vmdk'), shows: 'Each cell is' },
  {
    name: 'files on a disk',
    at: diskAt('/srv/debian.vmdk'),
    shows: 'Copy 1 out',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'File system' }).click()
      await page.getByRole('option', { name: /Partition 2/ }).click()
      await page.getByRole('checkbox', { name: 'Choose etc' }).check()
    },
  },
  { name: 'a layer', at: diskAt('/srv/layer.qcow2'), shows: 'End the layer' },
  { name: 'an appliance', at: diskAt('/srv/box.ova'), shows: 'Import as a machine' },
  { name: 'a hostile disk', at: diskAt('/srv/hostile.qcow2'), shows: 'Petri leaves it closed' },
  { name: 'a folder of disks', at: diskAt('/srv'), shows: 'debian.vmdk' },
  {
    name: 'several disks to convert',
    at: diskAt('/srv'),
    shows: 'Convert 2',
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Choose debian.vmdk' }).check()
      await page.getByRole('checkbox', { name: 'Choose windows.vhdx' }).check()
    },
  },
  { name: 'a disk of Windows', at: diskAt('/srv/windows.vhdx'), shows: 'is not listed here' },
  { name: 'no such disk', at: diskAt('/srv/gone.img'), shows: 'There is no file' },
  { name: 'convert', at: `${diskAt('/srv/debian.vmdk')}/convert`, shows: 'What will be done' },
  {
    name: 'convert to an own format',
    at: `${diskAt('/srv/debian.vmdk')}/convert`,
    shows: 'Compression',
    act: (page) => press(page, 'radio', 'A format of my choice'),
  },
  {
    name: 'options of a format',
    at: `${diskAt('/srv/debian.vmdk')}/convert`,
    shows: 'adapter_type',
    act: async (page) => {
      await press(page, 'radio', 'VMware')
      await press(page, 'button', 'Options of the format')
    },
  },
  { name: 'convert a disk of an appliance', at: `${diskAt('/srv/box.ova')}/convert`, shows: 'Which disk of it' },
  {
    name: 'convert an encrypted disk',
    at: `${diskAt('/srv/locked.qcow2')}/convert`,
    shows: 'File with the passphrase',
  },
  {
    name: 'convert over a file',
    at: `${diskAt('/srv/debian.vmdk')}/convert`,
    shows: 'exists already',
    act: (page) => page.getByRole('textbox', { name: 'New file' }).fill('/srv/there.qcow2'),
  },
]
