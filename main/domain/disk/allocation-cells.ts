/** One run of equal state, as `qemu-img map --output=json` prints it; in bytes. */
export interface Extent {
  readonly start: number
  readonly length: number
  readonly data: boolean
  readonly zero: boolean
  /** 0: in this file; more: in a file below it. */
  readonly depth: number
}

/** Of one cell of the picture, 0..1 each; the rest holds nothing. */
export interface AllocationCell {
  readonly data: number
  /** Of the data, what lies in a file below this one. */
  readonly below: number
}

/** Adds extents up into a picture of at most `count` cells, whatever their number. */
export function allocationCells(virtualBytes: number, count: number) {
  const cellBytes = Math.max(512, Math.ceil(virtualBytes / count / 512) * 512)
  const cells = Array.from({ length: Math.ceil(virtualBytes / cellBytes) }, () => ({ data: 0, below: 0 }))
  let [dataBytes, zeroBytes, extents] = [0, 0, 0]
  return {
    add({ start, length, data, zero, depth }: Extent) {
      extents += 1
      if (zero || !data) {
        zeroBytes += length
        return
      }
      dataBytes += length
      const end = Math.min(start + length, virtualBytes)
      for (let at = start; at < end;) {
        const index = Math.floor(at / cellBytes)
        const cell = cells[index]
        const next = Math.min(end, (index + 1) * cellBytes)
        if (!cell) return
        cell.data += next - at
        if (depth > 0) cell.below += next - at
        at = next
      }
    },
    result: () => ({
      cellBytes,
      dataBytes,
      zeroBytes,
      extents,
      cells: cells.map((cell): AllocationCell => ({
        data: round(cell.data / cellBytes),
        below: round(cell.below / cellBytes),
      })),
    }),
  }
}

const round = (part: number) => Math.round(part * 1000) / 1000
