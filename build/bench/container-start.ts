import { openContainerBench, timed, untilFirstByte } from './container-bench.ts'
import { median, printMeasure } from './measure.ts'

/**
 * `container-start`: from the call on a stopped container to the first output of a program inside, against `lxc-execute`
 * of the same program with the same configuration. Medians of alternating runs, in ms.
 */
const RUNS = 15
const bench = await openContainerBench()
try {
  const exec = async () => await bench.call('container.exec', { id: 'box', argv: ['/bin/echo', 'ready'] })
  const stop = async () => await bench.call('container.stop', { id: 'box', deadlineMs: 0 })
  await exec()
  const config = await bench.configuration()
  await stop()
  const petri: number[] = []
  const bare: number[] = []
  for (let run = 0; run < RUNS; run++) {
    petri.push(await timed(exec))
    await stop()
    bare.push(
      await untilFirstByte('lxc-execute', ['-n', 'box', '-P', bench.lxc, '-f', config, '--', '/bin/echo', 'ready']),
    )
  }
  printMeasure('container-start', median(petri), 'ms', median(bare))
} finally {
  await bench.close()
}
