import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { runCommand } from '../../../main/system/process/run-command.ts'
import { streamCommand } from '../../../main/system/process/stream-command.ts'

/** A program that leaves one of its own behind, which takes no notice of SIGTERM and keeps the output open. */
const stubborn = ['sh', '-c', '(trap "" TERM; echo $(sh -c "echo \\$PPID"); while :; do sleep 1; done) & wait'] as const

/** Also when nobody has asked yet how it ended. */
const ended = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

it('ends everything that a cancelled command has started', async () => {
  const abort = new AbortController()
  let pid = 0
  const onOutput = (text: string) => {
    pid = Number(text)
    abort.abort()
  }
  await expect(runCommand(stubborn, { signal: abort.signal, onOutput })).rejects.toMatchObject({ reason: 'cancelled' })
  expect(pid).toBeGreaterThan(1)
  await expect.poll(() => ended(pid)).toBe(true)
})

it('ends everything that a streamed command has started, when it is cancelled and when nobody takes its output', async () => {
  const abort = new AbortController()
  const pids: number[] = []
  const cancelled = streamCommand(stubborn, {
    signal: abort.signal,
    onChunk: async (chunk) => {
      pids.push(Number(chunk.toString()))
      abort.abort()
    },
  })
  await expect(cancelled).rejects.toMatchObject({ reason: 'cancelled' })
  const refused = streamCommand(stubborn, {
    signal: new AbortController().signal,
    onChunk: async (chunk) => {
      pids.push(Number(chunk.toString()))
      throw new Error('enough')
    },
  })
  await expect(refused).rejects.toThrow('enough')
  expect(pids).toHaveLength(2)
  await expect.poll(() => pids.every(ended)).toBe(true)
})
