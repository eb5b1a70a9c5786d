import { Menu, type MenuItemConstructorOptions } from 'electron'

/**
 * The application menu. No item takes a plain Ctrl+letter: those belong to the shell inside a console (Ctrl+W deletes a
 * word there). The usual keys still work in text fields, where Chromium itself handles them.
 */
export function setAppMenu(options: { readonly devTools: boolean }): void {
  const edit = (role: 'cut' | 'copy' | 'paste' | 'selectAll'): MenuItemConstructorOptions => ({
    role,
    registerAccelerator: false,
  })
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: '&Petri',
        submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'quit', accelerator: 'Ctrl+Shift+Q' }],
      },
      { label: '&Edit', submenu: [edit('cut'), edit('copy'), edit('paste'), edit('selectAll')] },
      {
        label: '&View',
        submenu: [
          { role: 'resetZoom', accelerator: 'Ctrl+Alt+0' },
          { role: 'zoomIn', accelerator: 'Ctrl+Alt+Plus' },
          { role: 'zoomOut', accelerator: 'Ctrl+Alt+-' },
          { type: 'separator' },
          { role: 'togglefullscreen', accelerator: 'F11' },
          { role: 'toggleDevTools', accelerator: 'Ctrl+Shift+I', visible: options.devTools },
        ],
      },
    ]),
  )
}
