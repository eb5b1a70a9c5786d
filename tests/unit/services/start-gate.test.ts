import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

import { openStartGate } from '../../../main/services/container/start-gate.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const run = promisify(execFile)
/** What the script of a start does there. */
const OPEN = 'echo go > "$0/begun"; echo go 1<> "$0/gate"'
const open = async (folder: string) => await run('/bin/sh', ['-c', OPEN, folder])
const result = async (argv: readonly string[]) =>
  await run(argv[0] ?? '', argv.slice(1)).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
const words = ['/bin/echo', 'a b', '$HOME', '--']

it('lets a command through that came before the word, or after it', async () => {
  await using folder = await temporaryFolder()
  const gate = await openStartGate(folder.path)
  const early = result(gate.before(words))
  let ended = false
  void early.then(() => (ended = true))
  await delay(150)
  expect(ended).toBe(false)
  await open(folder.path)
  expect(await early).toBe('a b $HOME --\n')
  expect(await result(gate.before(words))).toBe('a b $HOME --\n')
})

it('misses no word, whenever it comes', async () => {
  await using folder = await temporaryFolder()
  for (let round = 0; round < 12; round++) {
    const gate = await openStartGate(folder.path)
    const [, answer] = await Promise.all([delay(round).then(() => open(folder.path)), result(gate.before(words))])
    expect(answer).toBe('a b $HOME --\n')
  }
})

it('lets everybody through when the start is over, even if no script ran', async () => {
  await using folder = await temporaryFolder()
  const gate = await openStartGate(folder.path)
  const early = result(gate.before(words))
  await delay(50)
  gate.open()
  gate.refuse()
  expect(await early).toBe('a b $HOME --\n')
})

it('sends home who waits for a start that fails, and who comes later', async () => {
  await using folder = await temporaryFolder()
  const gate = await openStartGate(folder.path)
  const early = result(gate.before(words))
  await delay(50)
  gate.refuse()
  expect(await early).toBe(125)
  expect(await result(gate.before(words))).toBe(125)
})

it('opens where an earlier start left its word, and forgets it', async () => {
  await using folder = await temporaryFolder()
  await mkdir(folder.path, { recursive: true })
  await writeFile(join(folder.path, 'begun'), 'go\n')
  const gate = await openStartGate(folder.path)
  const early = result(gate.before(words))
  gate.refuse()
  expect(await early).toBe(125)
})
