import { expect, test } from 'vitest'

import { runCommand } from '../../../main/system/process/run-command.ts'
import { withoutDescriptors } from '../../../main/system/process/without-descriptors.ts'
import { spawnPtyChannel } from '../../../main/system/pty/pty-channel.ts'

/** What a program started like this has open. `ls` opens the folder that it reads itself. */
const openIn = async (argv: readonly [string, ...string[]]) => {
  const { stdout } = await runCommand(argv)
  return stdout.trim().split('\n')
}

test('keeps from a program what its parent has open, a terminal in this case', async () => {
  const terminal = await spawnPtyChannel({ argv: ['/bin/cat'], cwd: '/', env: {}, cols: 80, rows: 24 })
  try {
    const plain = await openIn(['/bin/ls', '/proc/self/fd'])
    expect(plain.length).toBeGreaterThan(4)
    expect(await openIn(withoutDescriptors(['/bin/ls', '/proc/self/fd']))).toEqual(['0', '1', '2', '3'])
  } finally {
    terminal.close()
  }
})

test('passes words on as they are, and says so when the program is missing', async () => {
  const terminal = await spawnPtyChannel({ argv: ['/bin/cat'], cwd: '/', env: {}, cols: 80, rows: 24 })
  try {
    const odd = `a "b" $(c) 'd'`
    expect((await runCommand(withoutDescriptors(['/bin/echo', odd]))).stdout).toBe(`${odd}\n`)
    await expect(runCommand(withoutDescriptors(['/nowhere/at-all']))).rejects.toThrow(/at-all/)
  } finally {
    terminal.close()
  }
})

test('costs no shell where everything is closed anyway', () => {
  expect(withoutDescriptors(['/bin/true', 'x'], 1_000_000)).toEqual(['/bin/true', 'x'])
})
