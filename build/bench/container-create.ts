import { join } from 'node:path'

import { openContainerBench, run, timed } from './container-bench.ts'
import { printRounds } from './measure.ts'

/**
 * `container-create`: a container from a base that is there, against a shell script that makes the overlay's folders and
 * writes the configuration and syncs both, as one would by hand. Medians of alternating runs, in ms.
 */
const RUNS = 25
const SCRIPT = 'mkdir -p "$0/upper" "$0/work" "$0/root" && cp "$1" "$0/config" && sync "$0/config" "$0"'
const bench = await openContainerBench()
try {
  await bench.call('container.exec', { id: 'box', argv: ['/bin/true'] })
  const config = await bench.configuration()
  const petri: number[] = []
  const bare: number[] = []
  for (let index = 0; index < RUNS; index++) {
    petri.push(await timed(async () => await bench.call('container.create', { draft: bench.draft(`c${index}`) })))
    bare.push(await timed(async () => await run('sh', ['-c', SCRIPT, join(bench.home, `by-hand-${index}`), config])))
  }
  printRounds('container-create', petri, 'ms', bare)
} finally {
  await bench.close()
}
