/** What the beginning of a disk file says. */
export interface DiskHeader {
  /** QEMU's name of the format, `iso` for a CD image; undefined: not to be told. */
  readonly format: string | undefined
  /** Another file that this one needs, as its header names it, or in words. */
  readonly refersTo: string | undefined
  /** Why the file must not be opened, as the rest of a sentence about it. */
  readonly unsafe?: string | undefined
}

/** Whether `text` (ASCII) stands at `offset`; false beyond the end. */
export function hasText(view: DataView, offset: number, text: string): boolean {
  return readText(view, offset, text.length) === text
}

/** Bytes as Latin-1 text, as many as there are. */
export function readText(view: DataView, offset: number, length: number): string {
  const end = Math.min(view.byteLength, offset + length)
  let text = ''
  for (let index = offset; index < end; index += 1) text += String.fromCharCode(view.getUint8(index))
  return text
}
