import { describe, expect, test } from 'vitest'

import { installedNames } from '../../../build/setup/system-packages.mjs'
import { chooseShell } from '../../../build/start/choose-shell.mjs'
import { explainElectronExit } from '../../../build/start/explain-electron-exit.mjs'

describe('npm start', () => {
  const desktop = { args: [], env: { DISPLAY: ':0' }, uid: 1000 }

  test('opens the window on a desktop, X11 or Wayland', () => {
    expect(chooseShell(desktop)).toEqual({ kind: 'electron' })
    expect(chooseShell({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toEqual({ kind: 'electron' })
  })

  test('serves without a display and for root, saying why', () => {
    expect(chooseShell({ ...desktop, env: { DISPLAY: '' } })).toEqual({ kind: 'serve', reason: 'there is no display' })
    expect(chooseShell({ ...desktop, uid: 0 })).toEqual({
      kind: 'serve',
      reason: 'Chromium’s sandbox does not run as root',
    })
  })

  test('serves without a reason when that is asked for', () => {
    expect(chooseShell({ ...desktop, args: ['--serve'] })).toEqual({ kind: 'serve', reason: undefined })
  })
})

describe('Electron that ends at once', () => {
  test.each([
    [
      'electron: error while loading shared libraries: libgbm.so.1: cannot open shared object file',
      'the system lacks the library libgbm.so.1',
    ],
    [
      '[1:0101/000000.0:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are on Ubuntu 23.10+',
      'this system forbids the user namespaces',
    ],
    ['[1:0101/000000.0:ERROR:ozone_platform_x11.cc(245)] Missing X server or $DISPLAY', 'the display cannot be opened'],
    ['TypeError: x is not a function\n', 'it ended at once (1): TypeError: x is not a function'],
    ['', 'it ended at once (1) without a word'],
  ])('%s', (output, reason) => {
    expect(explainElectronExit(output, 1)).toContain(reason)
  })
})

test('an installed package is told from one that left its configuration or is unknown', () => {
  const output =
    'libnss3:amd64 installed\nxvfb config-files\ndpkg-query: no packages found matching chromium\nmake installed\n'
  expect([...installedNames(output)]).toEqual(['libnss3', 'make'])
})
