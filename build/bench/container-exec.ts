import { openContainerBench, run, timed } from './container-bench.ts'
import { printRounds } from './measure.ts'

/** `container-exec`: a program in a running container through Petri, against `lxc-attach`. Medians of alternating runs, in ms. */
const RUNS = 25
const bench = await openContainerBench()
try {
  const exec = async () => await bench.call('container.exec', { id: 'box', argv: ['/bin/true'] })
  await exec()
  const petri: number[] = []
  const bare: number[] = []
  for (let index = 0; index < RUNS; index++) {
    petri.push(await timed(exec))
    bare.push(await timed(async () => await run('lxc-attach', ['-n', 'box', '-P', bench.lxc, '--', '/bin/true'])))
  }
  printRounds('container-exec', petri, 'ms', bare)
} finally {
  await bench.close()
}
