/**
 * The other side of `serial-flood`: listens on the Unix socket given as the first argument, as QEMU does for a serial
 * port. A number on standard input is a run: that many bytes are written as fast as the reader takes them, and the
 * seconds it took are printed. What comes from the reader is a key: the newest one is named in the title, now and then.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

const CHUNK_BYTES = 16 * 1024
let key = 'none'
let line = 0
/** @type {import('node:net').Socket | undefined} */
let reader

const server = createServer((socket) => {
  reader = socket
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    key = String(bytes).slice(-1)
    if (!running) socket.write(title())
  })
})
server.listen(process.argv[2], () => console.log('listening'))

let running = false
const title = () => `\x1b]2;key ${key}\x07`

for await (const command of createInterface({ input: process.stdin })) {
  const bytes = Number(command)
  running = true
  const began = performance.now()
  for (let left = bytes; left > 0;) {
    const chunk = nextChunk().subarray(0, left)
    left -= chunk.length
    if (reader !== undefined && !reader.write(chunk)) await once(reader, 'drain')
  }
  // The callback comes when everything before it has been handed to the kernel.
  await new Promise((resolve) => reader?.write('', resolve))
  running = false
  console.log((performance.now() - began) / 1000)
}

/** Lines as a kernel or a compiler prints them, numbered, so that nothing is the same twice. */
function nextChunk() {
  let text = title()
  while (text.length < CHUNK_BYTES) {
    line += 1
    text += `[${line}] usb 1-${line % 8}: new device, address ${line * 7919}, \x1b[32mok\x1b[0m in ${line % 97} ms\r\n`
  }
  return Buffer.from(text.slice(0, text.lastIndexOf('\n') + 1))
}
