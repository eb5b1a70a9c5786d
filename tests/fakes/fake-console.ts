import type { ConsoleFrame, ConsoleHandle } from '#contract/console'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A shell of a few words behind a serial port: it echoes what is typed and answers `uname -a`. */
export function openFakeConsole(isOn: boolean, name: string, listener: (frame: ConsoleFrame) => void): ConsoleHandle {
  let open = true
  let line = ''
  const print = (text: string, replay = false): void => {
    if (open) listener({ kind: 'data', bytes: encoder.encode(text), replay })
  }
  const banner = `\u001b[1mWelcome to ${name}\u001b[0m\r\nPetri starter guest\r\n\r\n/ # `
  queueMicrotask(() => {
    if (!open) return
    listener({ kind: 'attached', live: isOn, historyBytes: isOn ? banner.length : 0 })
    if (!isOn) {
      listener({ kind: 'idle', reason: 'The machine is off.' })
      return
    }
    listener({
      kind: 'marker',
      marker: { kind: 'power-on', at: '2026-03-02T09:31:00.000Z', text: 'Switched on' },
      replay: true,
    })
    print(banner, true)
  })
  return {
    send(frame) {
      if (frame.kind !== 'write') return
      for (const character of decoder.decode(frame.bytes)) {
        if (character === '\r') {
          print(`\r\n${answer(line.trim(), name)}/ # `)
          line = ''
        } else if (character === '\u007f') {
          if (line !== '') print('\b \b')
          line = line.slice(0, -1)
        } else {
          line += character
          print(character)
        }
      }
    },
    close() {
      open = false
    },
  }
}

function answer(command: string, name: string): string {
  if (command === '') return ''
  if (command === 'uname -a') return `Linux ${name} 6.1.0-cloud-amd64 #1 SMP x86_64 GNU/Linux\r\n`
  return `sh: ${command}: not found\r\n`
}
