import { chosenFor, menuOf, press, type Screen } from './screen.ts'

/** What the library of machines shows. */
export const libraryScreens: readonly Screen[] = [
  { name: 'library', at: '/machines', shows: 'Starter' },
  { name: 'tiles', at: '/machines', shows: 'Starter', act: (page) => press(page, 'button', 'Grid') },
  { name: 'menu', at: '/machines', shows: 'Suspend to disk', act: menuOf('web') },
  { name: 'rename', at: '/machines', shows: 'Rename machine', act: chosenFor('web', 'Rename') },
  { name: 'question', at: '/machines', shows: 'pulling the plug', act: chosenFor('web', 'Power off') },
  { name: 'undo', at: '/machines', shows: 'Moved to the trash', act: chosenFor('broken disk', 'Delete') },
  {
    name: 'no match',
    at: '/machines',
    shows: 'Nothing matches',
    act: (page) => page.getByLabel('Search machines').fill('zzz'),
  },
  { name: 'empty library', at: '/machines', query: '?machines=0&host=ready', shows: 'No machines yet' },
  { name: 'empty trash', at: '/trash', shows: 'The trash is empty' },
  {
    name: 'trash',
    at: '/machines',
    shows: 'Delete for good',
    act: async (page) => {
      await chosenFor('broken disk', 'Delete')(page)
      await page.getByText('Moved to the trash').waitFor()
      await page.getByRole('link', { name: 'Trash' }).click()
    },
  },
  {
    name: 'several selected',
    at: '/machines',
    shows: '2 selected',
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Select web' }).click()
      await page.getByRole('link', { name: 'Starter', exact: true }).click({ modifiers: ['ControlOrMeta'] })
    },
  },
]
