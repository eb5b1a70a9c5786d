import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { openContainerBench, run } from './container-bench.ts'
import { printRounds } from './measure.ts'

/**
 * `container-cpu`: how fast a shell counts in a running container, against the same shell under plain qemu-arm-static.
 * It times itself, so that starting it does not count. Medians of alternating runs, in counts per ms: more is better.
 */
const RUNS = 21
const COUNTS = 60_000
// EPOCHREALTIME is in seconds with a point or, in some locales, a comma.
const COUNT = [
  '-c',
  `s=$EPOCHREALTIME; i=0; while ((i < ${COUNTS})); do ((i+=1)); done; e=$EPOCHREALTIME; echo $((\${e/[.,]/} - \${s/[.,]/}))`,
]
const bench = await openContainerBench()
try {
  const layers = join(bench.home, 'data/layers')
  const base = (await readdir(layers)).find((name) => name.startsWith('base-'))
  const root = join(layers, base ?? '', 'fs')
  const petri: number[] = []
  const bare: number[] = []
  for (let index = 0; index < RUNS; index++) {
    petri.push(perMs(await bench.exec('/bin/bash', ...COUNT)))
    bare.push(perMs((await run('qemu-arm-static', ['-L', root, join(root, 'usr/bin/bash'), ...COUNT])).stdout))
  }
  printRounds('container-cpu', petri, 'counts/ms', bare)
} finally {
  await bench.close()
}

/** @returns counts per ms, from the µs that all of them took */
function perMs(output: string): number {
  return COUNTS / (Number(output.trim()) / 1000)
}
