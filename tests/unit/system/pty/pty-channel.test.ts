import { expect, test } from 'vitest'

import { type PtyChannel, PtySpawnError, spawnPtyChannel } from '../../../../main/system/pty/pty-channel.ts'

const shell = (script: string) =>
  spawnPtyChannel({
    argv: ['/bin/sh', '-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    cols: 91,
    rows: 17,
  })

function outcome(channel: PtyChannel) {
  const pieces: Uint8Array[] = []
  channel.onData((bytes) => void pieces.push(bytes))
  return new Promise<{ readonly text: string; readonly exitCode: number; readonly signal: number | undefined }>(
    (resolve) => channel.onExit((exit) => resolve({ text: Buffer.concat(pieces).toString('latin1').trim(), ...exit })),
  )
}

test('gives the program a terminal of the asked size and tells its exit code after its output', async () => {
  const channel = await shell('stty size; exit 3')
  expect(await outcome(channel)).toEqual({ text: '17 91', exitCode: 3, signal: undefined })
})

test('carries bytes undecoded', async () => {
  const channel = await shell(String.raw`printf '\303\377\233'`)
  expect((await outcome(channel)).text).toBe('\u00c3\u00ff\u009b')
})

test('tells the program a new size', async () => {
  const channel = await shell('read line; stty size')
  const ended = outcome(channel)
  channel.resize(120, 40)
  channel.write(Buffer.from('go\n'))
  expect((await ended).text).toContain('40 120')
})

test('closing hangs up', async () => {
  const channel = await shell('exec sleep 60')
  const ended = outcome(channel)
  channel.close()
  expect((await ended).signal).toBe(1)
})

test('says when the program does not read its input, and closing still works', async () => {
  const channel = await shell('stty raw; echo ready; exec sleep 60')
  const ended = outcome(channel)
  let accepted = true
  for (let count = 0; count < 10 && accepted; count += 1) accepted = channel.write(new Uint8Array(64 * 1024))
  expect(accepted).toBe(false)
  channel.close()
  expect((await ended).signal).toBe(1)
})

test('refuses an empty command', async () => {
  await expect(spawnPtyChannel({ argv: [], cwd: '/', env: {}, cols: 80, rows: 24 })).rejects.toBeInstanceOf(
    PtySpawnError,
  )
})
