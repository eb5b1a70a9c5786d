import { plannedFailure, press, type Screen } from './screen.ts'

/** What containers and the registrations of their architectures show. */
export const containerScreens: readonly Screen[] = [
  { name: 'containers', at: '/containers/list', shows: 'Debian bookworm (minbase)' },
  { name: 'no containers', at: '/containers/list', query: '?containers=none', shows: 'No containers yet' },
  {
    name: 'containers that cannot be listed',
    at: '/containers/list',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('container.list', planned), plannedFailure)
      await page.evaluate(() => window.fakeOwner?.setConnected(false))
      await page.evaluate(() => window.fakeOwner?.setConnected(true))
    },
  },
  { name: 'new container', at: '/containers/new', shows: 'petri has no range of user numbers.' },
  {
    name: 'new container of a file',
    at: '/containers/new',
    shows: 'The file is missing.',
    act: (page) => press(page, 'radio', 'File or folder'),
  },
  {
    name: 'new container of what is here',
    at: '/containers/new',
    shows: 'nobody stopped its owner from typing',
    act: async (page) => {
      await press(page, 'radio', 'Already here')
      await press(page, 'combobox', 'Unpacked root file system')
    },
  },
  {
    name: 'new container of nothing that is here',
    at: '/containers/new',
    query: '?containers=none',
    shows: 'Nothing of armhf has been unpacked here yet.',
    act: (page) => press(page, 'radio', 'Already here'),
  },
  {
    name: 'new container with ports and folders',
    at: '/containers/new',
    shows: 'Programs inside may only read it',
    act: async (page) => {
      await press(page, 'button', 'Publish a port')
      await press(page, 'button', 'Show a folder inside')
      await page.getByLabel('Folder 1 on this computer').fill(`/home/petri/${'a very long folder name '.repeat(9)}`)
    },
  },
  { name: 'a container', at: '/container/pi', shows: 'qemu-arm-static /bin/bash' },
  { name: 'a stopped container', at: '/container/long', shows: 'was ended from outside' },
  { name: 'no such container', at: '/container/gone', shows: 'There is no such container' },
  {
    name: 'a terminal in a container',
    at: '/container/pi',
    shows: 'End Terminal 1',
    act: (page) => press(page, 'button', 'Terminal'),
  },
  {
    name: 'what a container uses',
    at: '/container/pi',
    shows: 'Refused by its limits',
    act: (page) => press(page, 'tab', 'Usage'),
  },
  {
    name: 'what a stopped container uses',
    at: '/container/long',
    shows: 'It is not running',
    act: (page) => press(page, 'tab', 'Usage'),
  },
  {
    name: 'tools of a container',
    at: '/container/pi',
    shows: 'It waits for this debugger',
    act: async (page) => {
      await press(page, 'tab', 'Tools')
      await page.getByLabel('Command', { exact: true }).fill('/root/program')
      await page.getByLabel('Wait for a debugger at port').fill('1234')
      await press(page, 'button', 'Run in a terminal')
    },
  },
  {
    name: 'log of a container',
    at: '/container/pi',
    shows: 'no limits',
    act: (page) => press(page, 'tab', 'Log'),
  },
  {
    name: 'empty log of a container',
    at: '/container/long',
    shows: 'Nothing was said',
    act: (page) => press(page, 'tab', 'Log'),
  },
  { name: 'registrations', at: '/containers/binfmt', shows: 'petri-arm' },
  {
    name: 'a program',
    at: '/containers/program',
    shows: 'Run in a sandbox',
    act: async (page) => {
      await page.getByLabel('Program', { exact: true }).fill('/home/me/program')
      await press(page, 'button', 'Look into it')
    },
  },
  {
    name: 'a program that does not run',
    at: '/containers/program',
    shows: 'Install it.',
    act: async (page) => {
      await page.getByLabel('Program', { exact: true }).fill('/home/me/bad')
      await press(page, 'button', 'Look into it')
    },
  },
]
