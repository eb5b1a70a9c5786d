import type { App } from '../../main/api/app.ts'

/** Types a line into a machine's first serial console and resolves when `answer` appears in what comes back live. */
export async function talk(app: App, vmId: string, line: string, answer: string, limitMs: number): Promise<void> {
  const decoder = new TextDecoder()
  let heard = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      handle.close()
      reject(
        new Error(
          `${vmId} did not say ${JSON.stringify(answer)} within ${limitMs} ms; it said ${JSON.stringify(heard.slice(-300))}`,
        ),
      )
    }, limitMs)
    const handle = app.openConsole({ kind: 'serial', vmId, port: 0 }, (frame) => {
      if (frame.kind !== 'data') return
      handle.send({ kind: 'ack', bytes: frame.bytes.length })
      if (!frame.replay) heard += decoder.decode(frame.bytes, { stream: true })
      if (!heard.includes(answer)) return
      clearTimeout(timer)
      handle.close()
      resolve()
    })
    handle.send({ kind: 'write', bytes: new TextEncoder().encode(`${line}\r`) })
  })
}

/** Resolves when the console, its history included, holds `text`. */
export async function waitForOutput(app: App, vmId: string, text: string, limitMs: number): Promise<void> {
  const decoder = new TextDecoder()
  let seen = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      handle.close()
      reject(
        new Error(
          `${vmId} did not print ${JSON.stringify(text)} within ${limitMs} ms; it printed ${JSON.stringify(seen.slice(-300))}`,
        ),
      )
    }, limitMs)
    const handle = app.openConsole({ kind: 'serial', vmId, port: 0 }, (frame) => {
      if (frame.kind !== 'data') return
      handle.send({ kind: 'ack', bytes: frame.bytes.length })
      seen += decoder.decode(frame.bytes, { stream: true })
      if (!seen.includes(text)) return
      clearTimeout(timer)
      handle.close()
      resolve()
    })
  })
}
