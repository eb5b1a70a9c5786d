import { Kbd, Modal } from '@mantine/core'
import { Fragment } from 'react'

const shortcuts: readonly { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[] = [
  {
    group: 'Anywhere',
    rows: [
      ['Ctrl+K', 'Command palette'],
      ['Ctrl+Shift+P', 'Command palette, also from a console'],
      ['Alt+1', 'Machines'],
      ['Alt+2', 'Host'],
      ['Alt+I', 'Images'],
      ['Alt+3', 'Disks'],
      ['Alt+J', 'Jobs'],
      ['Ctrl+Z', 'Undo, while a notice offers it'],
      ['?', 'This sheet'],
    ],
  },
  {
    group: 'Machines',
    rows: [
      ['/', 'Search'],
      ['Alt+N', 'New machine'],
      ['↑ ↓', 'From machine to machine'],
      ['Shift+F10', 'Menu of the machine in focus'],
    ],
  },
  {
    group: 'Console',
    rows: [
      ['Ctrl+Shift+C', 'Copy'],
      ['Ctrl+Shift+V', 'Paste'],
      ['Ctrl+Shift+F', 'Find in the output'],
      ['Shift+Tab', 'Leave the terminal'],
    ],
  },
]

export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      {shortcuts.map(({ group, rows }) => (
        <section key={group} className="shortcut-group">
          <h3>{group}</h3>
          <dl className="shortcut-list">
            {rows.map(([keys, meaning]) => (
              <Fragment key={keys}>
                <dt>{meaning}</dt>
                <dd>
                  {keys.split(/(?<=.)\+/).map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
