/// <reference types="vite/client" />
import '@xterm/xterm/css/xterm.css'
import '../../../renderer/terminal/terminal.css'

import { createClient } from '../../../renderer/api/client.ts'
import { connectWebBridge } from '../../../renderer/api/web-bridge.ts'
import { createTerminalSession } from '../../../renderer/terminal/terminal-session.ts'

/** A real terminal on a real connection; the producer puts the newest key it got into the title. */
const session = createTerminalSession({
  client: createClient(connectWebBridge()),
  target: { kind: 'serial', vmId: 'flood', port: 0 },
  name: 'flood',
})
const screen = document.querySelector<HTMLElement>('#terminal')
if (screen !== null) session.mount(screen, 'flood')

/** Presses one key and waits until its answer is in the terminal; returns the time between, in ms. */
async function press(key: string): Promise<number> {
  const answered = new Promise<number>((resolve) => {
    const end = session.state.subscribe(({ title }) => {
      if (title !== `key ${key}`) return
      end()
      resolve(performance.now())
    })
  })
  const textarea = document.querySelector('textarea')
  const began = performance.now()
  textarea?.dispatchEvent(
    new InputEvent('input', { data: key, inputType: 'insertText', composed: true, bubbles: true }),
  )
  return (await answered) - began
}

Object.assign(window, {
  flood: {
    press,
    isLive: () => session.state.getState().standing.kind === 'live',
    skippedBytes: () => session.state.getState().skippedBytes,
  },
})
