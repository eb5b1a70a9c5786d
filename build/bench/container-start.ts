import { openContainerBench, untilFirstByte } from './container-bench.ts'
import { printRounds } from './measure.ts'

/**
 * `container-start`: from the call on a stopped container to the first output of a program in a terminal, against
 * `lxc-execute` of the same program with the same configuration, which gives it the same variables. Medians of alternating
 * runs, in ms.
 */
const RUNS = 31
const bench = await openContainerBench()
try {
  const stop = async () => await bench.call('container.stop', { id: 'box', deadlineMs: 0 })
  await bench.exec('/bin/true')
  const config = await bench.configuration()
  await stop()
  const petri: number[] = []
  const bare: number[] = []
  for (let run = 0; run < RUNS; run++) {
    petri.push(await bench.untilOutput('/bin/echo', 'ready'))
    await stop()
    bare.push(
      await untilFirstByte('lxc-execute', ['-n', 'box', '-P', bench.lxc, '-f', config, '--', '/bin/echo', 'ready']),
    )
  }
  printRounds('container-start', petri, 'ms', bare)
} finally {
  await bench.close()
}
