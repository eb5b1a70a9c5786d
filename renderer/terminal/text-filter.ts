/** Marks that one character keeps. Real writing needs three; xterm joins without end, and the browser draws for minutes. */
const MARKS_MAX = 4

// C1 controls; characters without a shape, which would turn a line's direction or pile up in one cell.
const invisible = /[\u0080-\u009f\p{Cf}]/gu
/** Marks, and the parts of Hangul syllables that take no cell of their own. */
const marks = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]+/gu
const encoder = new TextEncoder()

/** Takes out of plain text what a grid of cells has no use for. Keeps what a piece of text left unfinished. */
export interface TextFilter {
  /** Bytes of UTF-8 without ESC. The result may be a view of them. */
  filter(bytes: Uint8Array): Uint8Array
  /** The text ends here: a character that was cut is dropped. */
  end(): void
}

export function createTextFilter(): TextFilter {
  let decoder = new TextDecoder()
  /** The last bytes may be the beginning of a character. */
  let open = false
  /** Marks at the very end of the text so far. */
  let trailing = 0

  function withFewMarks(text: string): string {
    const before = trailing
    if (text !== '') trailing = 0
    return text.replaceAll(marks, (run: string, at: number) => {
      const characters = [...run]
      const earlier = at === 0 ? before : 0
      if (at + run.length === text.length) trailing = earlier + characters.length
      return characters.slice(0, Math.max(0, MARKS_MAX - earlier)).join('')
    })
  }

  return {
    filter(bytes) {
      if (bytes.length === 0) return bytes
      if (!open && isAscii(bytes)) {
        trailing = 0
        return bytes
      }
      open = true
      const text = decoder.decode(bytes, { stream: true })
      if ((bytes.at(-1) ?? 0) < 0x80) open = false
      return encoder.encode(withFewMarks(text.replaceAll(invisible, '')))
    },
    end() {
      if (open) decoder = new TextDecoder()
      open = false
      trailing = 0
    },
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false
  return true
}
