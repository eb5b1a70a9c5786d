/** Reads `length` bytes at `offset` of a file; fewer where it ends, none beyond. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>

/** Bytes as a view for numbers of any width. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** An unsigned 64-bit number; Infinity where it is more than JavaScript counts exactly, so that limits hold. */
export function readUint64(view: DataView, offset: number, littleEndian = false): number {
  const value = view.getBigUint64(offset, littleEndian)
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value)
}
