import { chosenFor, plannedFailure, press, type Screen } from './screen.ts'

/** What the page of one machine shows. */
export const machineScreens: readonly Screen[] = [
  { name: 'console of a stopped machine', at: '/machines/starter/serial', shows: 'This machine is off' },
  { name: 'console', at: '/machines/web/serial', shows: 'Pause' },
  { name: 'console after a failed start', at: '/machines/broken/serial', shows: 'it could not open a disk' },
  { name: 'console of a suspended machine', at: '/machines/arm64/serial', shows: 'Discard saved memory' },
  { name: 'overview of a machine that was proved to boot', at: '/machines/starter/overview', shows: 'Prove it again' },
  { name: 'no screen', at: '/machines/starter/screen', shows: 'This machine has no screen' },
  { name: 'screen', at: '/machines/web/screen', shows: 'QEMU (web)' },
  {
    name: 'screen beside the console',
    at: '/machines/web/screen',
    shows: 'Petri starter guest',
    act: (page) => press(page, 'button', 'Serial console beside it'),
  },
  {
    name: 'keys of a screen',
    at: '/machines/web/screen',
    shows: 'Ctrl+Alt+F12',
    act: async (page) => {
      await page.getByText('QEMU (web)').waitFor()
      await press(page, 'button', 'Keys')
    },
  },
  {
    name: 'typing into a screen',
    at: '/machines/web/screen',
    shows: 'kept nowhere',
    act: async (page) => {
      await page.getByText('QEMU (web)').waitFor()
      await press(page, 'button', 'Type text as keys')
    },
  },
  { name: 'no serial port', at: '/machines/mute/serial', shows: 'Add a serial port' },
  { name: 'not answering', at: '/machines/hung/serial', shows: 'Petri goes on asking' },
  { name: 'shutdown ignored', at: '/machines/stubborn/overview', shows: 'Ask again and wait' },
  { name: 'paused by QEMU', at: '/machines/full/overview', shows: 'Free some space' },
  { name: 'newer version', at: '/machines/newer/settings', shows: 'Made by a newer Petri.' },
  { name: 'damaged file', at: '/machines/lost/overview', shows: 'This machine’s file cannot be read' },
  { name: 'overview', at: '/machines/web/overview', shows: 'leads to port 80 in the guest' },
  {
    name: 'overview as a table',
    at: '/machines/web/overview',
    shows: 'Processor: Of 2 CPUs',
    act: (page) => page.getByRole('switch', { name: 'As a table' }).check(),
  },
  { name: 'overview of a machine that is off', at: '/machines/starter/overview', shows: 'No port of this computer' },
  { name: 'long name', at: '/machines/long/overview', shows: 'Machine type' },
  { name: 'settings with a problem', at: '/machines/broken/settings', shows: 'One thing has to change' },
  { name: 'settings of a running machine', at: '/machines/web/settings', shows: 'everything else changes at once' },
  {
    name: 'open list',
    at: '/machines/starter/settings',
    shows: 'KVM only',
    act: (page) => press(page, 'combobox', 'Acceleration'),
  },
  { name: 'snapshots', at: '/machines/web/snapshots', shows: 'You are here' },
  {
    name: 'a snapshot',
    at: '/machines/web/snapshots',
    shows: 'Go back to this',
    act: (page) => page.getByRole('treeitem', { name: /Web server set up/ }).click(),
  },
  {
    name: 'going back',
    at: '/machines/web/snapshots',
    shows: 'Keep the present state',
    act: async (page) => {
      await page.getByRole('treeitem', { name: /Web server set up/ }).click()
      await press(page, 'button', 'Go back to this')
    },
  },
  {
    name: 'taking a snapshot',
    at: '/machines/web/snapshots',
    shows: 'Without one it gets the next number.',
    act: (page) => press(page, 'button', 'Take snapshot'),
  },
  {
    name: 'cloning',
    at: '/machines/web/snapshots',
    shows: 'the source has to stay',
    act: async (page) => {
      await page
        .getByRole('treeitem', { name: /Installed/ })
        .first()
        .click()
      await press(page, 'button', 'Clone')
    },
  },
  { name: 'no snapshot possible', at: '/machines/starter/snapshots', shows: 'No snapshot can be made now' },
  {
    name: 'snapshots that cannot be read',
    at: '/machines/starter/overview',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('snapshot.list', planned), plannedFailure)
      await page.getByRole('tab', { name: 'Snapshots' }).click()
    },
  },
  { name: 'command', at: '/machines/starter/command', shows: 'Changed since the last start' },
  { name: 'log', at: '/machines/broken/log', shows: 'Copy log' },
  {
    name: 'throwaway run',
    at: '/machines/starter/serial',
    shows: 'End the run',
    act: chosenFor('Starter', 'Throwaway run'),
  },
  { name: 'unknown machine', at: '/machines/nothere/serial', shows: 'This machine is not in the library' },
]
