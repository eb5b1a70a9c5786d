import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { connectUnixChannel, UnixChannelError } from '../../../../main/system/socket/unix-channel.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-socket-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Listens in `at`; the path handed to the kernel is short, whatever the folder's length. */
async function listening(at: string, onSocket: (socket: Socket) => void) {
  const server = createServer(onSocket)
  const before = process.cwd()
  process.chdir(at)
  await new Promise<void>((resolve) => server.listen('s', resolve))
  process.chdir(before)
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

test('carries bytes both ways undecoded, and tells the end', async () => {
  await using _server = await listening(folder, (socket) => {
    socket.on('data', (bytes) => socket.end(bytes))
  })
  const channel = await connectUnixChannel(join(folder, 's'))
  const received: number[] = []
  const ended = new Promise<string>((resolve) => channel.onClose(resolve))
  channel.onData((bytes) => void received.push(...bytes))
  channel.write(Uint8Array.of(0, 0xff, 0x9b, 10))
  expect(await ended).toBe('The other side closed the connection.')
  expect(received).toEqual([0, 0xff, 0x9b, 10])
})

test('reaches a path that is longer than the kernel takes', async () => {
  const deep = join(folder, 'd'.repeat(120))
  await mkdir(deep)
  await using _server = await listening(deep, (socket) => socket.end('hello'))
  const channel = await connectUnixChannel(join(deep, 's'))
  const text = await new Promise((resolve) => channel.onData((bytes) => resolve(Buffer.from(bytes).toString())))
  expect(text).toBe('hello')
  channel.close()
})

test('tells when the other side does not read, and when it does again', async () => {
  let other: Socket | undefined
  await using _server = await listening(folder, (socket) => {
    other = socket.pause()
  })
  const channel = await connectUnixChannel(join(folder, 's'))
  const drained = new Promise<void>((resolve) => channel.onDrain(resolve))
  const piece = new Uint8Array(64 * 1024)
  let writes = 0
  while (channel.write(piece) && writes < 1000) writes += 1
  expect(writes).toBeLessThan(1000)
  await new Promise<void>((resolve) => setImmediate(resolve))
  other?.resume()
  await drained
  channel.close()
})

test.each([
  ['nobody is there', 'ENOENT', undefined],
  ['it was given up before', 'given up', AbortSignal.abort(new Error('given up'))],
])('fails with the path and the cause when %s', async (_, cause, signal) => {
  const path = join(folder, 'nobody')
  const failure = await connectUnixChannel(path, { signal }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UnixChannelError)
  expect(failure instanceof UnixChannelError && [failure.path, failure.message.includes(cause)]).toEqual([path, true])
})
