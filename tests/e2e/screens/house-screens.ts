import { plannedFailure, press, type Screen } from './screen.ts'

/** What belongs to no page or to the host. */
export const houseScreens: readonly Screen[] = [
  { name: 'palette', at: '/machines', shows: 'Show host readiness', act: (page) => page.keyboard.press('Control+k') },
  {
    name: 'shortcuts',
    at: '/machines',
    shows: 'Command palette, also from a console',
    act: (page) => page.keyboard.press('Shift+?'),
  },
  {
    name: 'appearance',
    at: '/machines',
    shows: 'Like the system',
    act: (page) => press(page, 'button', 'Appearance'),
  },
  {
    name: 'jobs',
    at: '/machines',
    query: '?jobs=all',
    shows: 'Clear ended',
    act: async (page) => {
      await press(page, 'button', 'Jobs, 4 under way (Alt+J)')
      await page.getByRole('button', { name: 'Show log' }).first().click()
      await page.getByText('Asking cloud.example').waitFor()
    },
  },
  { name: 'no jobs', at: '/machines', shows: 'Nothing is under way', act: (page) => page.keyboard.press('Alt+j') },
  {
    name: 'end of a job',
    at: '/machines',
    query: '?jobs=all',
    shows: 'Done: Copy the machine web',
    act: (page) =>
      page.evaluate(() => {
        const state = {
          kind: 'done',
          at: new Date().toISOString(),
          seconds: 3,
          summary: 'It is there.',
          result: {},
        } as const
        const job = {
          id: 'job-unknown',
          kind: 'vm.copy',
          title: 'Copy the machine web',
          canPause: false,
          canRetry: true,
        }
        window.fakeOwner?.announce({ kind: 'job.changed', job: { ...job, createdAt: state.at, state } })
      }),
  },
  {
    name: 'failure',
    at: '/machines',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('vm.start', planned), plannedFailure)
      await press(page, 'button', 'Start Starter')
      await press(page, 'button', 'Show raw output')
    },
  },
  {
    name: 'connection lost',
    at: '/machines',
    shows: 'Connection lost.',
    act: (page) => page.evaluate(() => window.fakeOwner?.setConnected(false)),
  },
  { name: 'host', at: '/host', shows: 'sudo apt install' },
  { name: 'ready host', at: '/host', query: '?host=ready', shows: '3 ready' },
]
