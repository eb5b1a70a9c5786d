import { chosenFor, press, type Screen } from './screen.ts'

/** What making a machine shows. */
export const createScreens: readonly Screen[] = [
  { name: 'new machine', at: '/create', shows: 'Installer ISO' },
  {
    name: 'new machine from a kernel',
    at: '/create',
    shows: 'stays silent',
    act: (page) => press(page, 'radio', 'Kernel and initrd'),
  },
  {
    name: 'new machine from an installer',
    at: '/create',
    shows: 'Maintained until 2028-06-30',
    act: (page) => page.getByLabel('ISO file').fill('/home/me/debian-12.iso'),
  },
  {
    name: 'new machine from a broken file',
    at: '/create',
    shows: 'is empty (0 bytes)',
    act: (page) => page.getByLabel('ISO file').fill('/home/me/broken.iso'),
  },
  {
    name: 'new machine from a disk',
    at: '/create',
    shows: 'qcow2 disk image',
    act: async (page) => {
      await press(page, 'radio', 'Existing disk')
      await page.getByLabel('Disk file').fill('/home/me/disk.qcow2')
    },
  },
  {
    name: 'new machine from an image',
    at: '/create',
    shows: 'Get an image',
    act: (page) => press(page, 'radio', 'Catalogue image'),
  },
  {
    name: 'new machine without templates',
    at: '/create',
    shows: 'No machine is a template yet',
    act: (page) => press(page, 'radio', 'Template'),
  },
  {
    name: 'template',
    at: '/machines',
    shows: 'Template',
    act: chosenFor('broken disk', 'Make a template'),
  },
  {
    name: 'new machine being copied',
    at: '/create',
    shows: 'It goes on when you leave this page',
    act: async (page) => {
      await press(page, 'radio', 'Existing disk')
      await page.getByLabel('Disk file').fill('/home/me/disk.qcow2')
      await page.keyboard.press('Enter')
      await page.getByLabel('Set it up at the first start').click({ force: true })
      await page.getByLabel('User', { exact: true }).fill('Me!')
      await page.getByText(/^a login has lower-case letters/).waitFor()
      await page.getByLabel('User', { exact: true }).fill('me')
      await page.getByLabel('Password', { exact: true }).fill('secret')
      await page.getByText('Ready to create.').waitFor()
      await press(page, 'button', 'Create')
    },
  },
  {
    name: 'review',
    at: '/create',
    shows: 'Ready to create.',
    act: async (page) => {
      await page.getByLabel('ISO file').fill('/home/me/debian-12.iso')
      await page.keyboard.press('Enter')
    },
  },
]
