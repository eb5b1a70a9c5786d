import { plannedFailure, press, type Screen } from './screen.ts'

/** What the images show. */
export const imageScreens: readonly Screen[] = [
  { name: 'images', at: '/images', query: '?images=all', shows: 'Ubuntu 24.04 LTS, server' },
  {
    name: 'download of an image',
    at: '/images',
    query: '?images=all',
    shows: 'Downloading 40 %',
    act: (page) => press(page, 'button', 'Download Ubuntu 24.04 LTS, server, arm64, disk'),
  },
  {
    name: 'images that are here, offline',
    at: '/images',
    query: '?images=offline',
    shows: 'Used by nobody',
    act: (page) => press(page, 'tab', 'Here (2)'),
  },
  {
    name: 'no images here',
    at: '/images',
    shows: 'No images are here yet',
    act: (page) => press(page, 'tab', 'Here (0)'),
  },
  {
    name: 'servers of images',
    at: '/images',
    query: '?images=all',
    shows: 'The server cannot be reached',
    act: (page) => press(page, 'tab', 'Servers'),
  },
  {
    name: 'image from an address',
    at: '/images',
    query: '?images=all',
    shows: 'It has to begin with https://',
    act: async (page) => {
      await press(page, 'button', 'More about images')
      await press(page, 'menuitem', 'Download from an address')
      await page.getByRole('textbox', { name: 'Address' }).fill('http://x')
    },
  },
  {
    name: 'images cannot be listed',
    at: '/machines',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('image.list', planned), plannedFailure)
      await page.getByRole('link', { name: 'Images' }).click()
    },
  },
]
