import { z } from 'zod'

import type { DiskMap } from '#contract/disk'
import { allocationCells } from '../../domain/disk/allocation-cells.ts'
import { lookLimits, runDiskTool } from '../qemu/run-disk-tool.ts'
import { openSource } from './open-source.ts'

const extentSchema = z.object({
  start: z.number(),
  length: z.number(),
  depth: z.number().default(0),
  zero: z.boolean(),
  data: z.boolean(),
})

/** The allocation of a disk as a picture of equal cells; the list itself may have millions of lines and is never kept. */
export async function mapDisk(
  wish: { readonly path: string; readonly backing: readonly string[]; readonly cells: number },
  signal: AbortSignal,
): Promise<DiskMap> {
  const source = await openSource(wish)
  const virtualBytes = source.virtualBytes ?? source.fileBytes
  const picture = allocationCells(virtualBytes, wish.cells)
  let rest = ''
  const takeLine = (line: string) => {
    const text = line.replaceAll(/^[[\s]+|[\],\s]+$/g, '')
    if (text === '') return
    const extent = extentSchema.safeParse(jsonOf(text))
    if (extent.success) picture.add(extent.data)
  }
  await runDiskTool(['qemu-img', 'map', '--output=json', '-f', source.format, source.path], {
    readOnly: source.files,
    limits: lookLimits,
    signal,
    onOutput(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(takeLine)
    },
  })
  takeLine(rest)
  return { virtualBytes, ...picture.result() }
}

/** A line is one object; half a line at a cancelled end is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
