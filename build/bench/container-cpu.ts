import { join } from 'node:path'
import { readdir } from 'node:fs/promises'

import { openContainerBench, run, timed } from './container-bench.ts'
import { median, printMeasure } from './measure.ts'

/** `container-cpu`: a shell that counts, in a running container and under plain qemu-arm-static. Medians, in ms. */
const RUNS = 7
const COUNT = ['-c', 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done']
const bench = await openContainerBench()
try {
  await bench.call('container.exec', { id: 'box', argv: ['/bin/true'] })
  const layers = join(bench.home, 'data/layers')
  const base = (await readdir(layers)).find((name) => name.startsWith('base-'))
  const root = join(layers, base ?? '', 'fs')
  const petri: number[] = []
  const bare: number[] = []
  for (let index = 0; index < RUNS; index++) {
    petri.push(await timed(async () => await bench.call('container.exec', { id: 'box', argv: ['/bin/sh', ...COUNT] })))
    bare.push(await timed(async () => await run('qemu-arm-static', ['-L', root, join(root, 'usr/bin/dash'), ...COUNT])))
  }
  printMeasure('container-cpu', median(petri), 'ms', median(bare))
} finally {
  await bench.close()
}
