import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'

import { identifyProcess, isAlive, signalProcess } from '../../../main/system/process/process-identity.ts'

/**
 * Runs as root of a user and pid namespace of its own. Each trial remembers a process, lets it end, makes the kernel
 * give its number to another one (ns_last_pid), and then asks for the first to be killed. Prints what came of it.
 */
const trials = Number(process.argv[2])
let recycled = 0
let wronglySignalled = 0

for (let trial = 0; trial < trials; trial++) {
  const first = await started()
  const identity = identifyProcess(first.pid ?? 0)
  if (!identity) throw new Error('the first process has no identity')
  const ended = once(first, 'exit')
  first.kill('SIGKILL')
  await ended
  // Start times count in ticks of 10 ms: the second process must begin in another one, as in life it does.
  await new Promise((resolve) => setTimeout(resolve, 11))
  writeFileSync('/proc/sys/kernel/ns_last_pid', String(identity.pid - 1))
  const second = await started()
  const other = identifyProcess(second.pid ?? 0)
  if (second.pid === identity.pid && other) {
    recycled++
    const sent = signalProcess(identity, 'SIGKILL')
    if (sent || isAlive(identity) || !isAlive(other)) wronglySignalled++
  }
  const secondEnded = once(second, 'exit')
  second.kill('SIGKILL')
  await secondEnded
}
console.log(JSON.stringify({ trials, recycled, wronglySignalled }))

async function started(): Promise<ChildProcess> {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return child
}
