/** Characters not seen before that one frame may bring to the screen. */
const NEW_GLYPHS_PER_FRAME = 128
const FRAME_MS = 17
/** Distinct characters remembered; all of Unicode in use would be a few megabytes. */
const SEEN_MAX = 50_000

/**
 * Spreads what is costly on first sight over several frames: the browser looks for a font and measures every character
 * that it has not drawn yet, about 0.1 ms each, and thousands at once would block the window for a second.
 */
export interface GlyphPacer {
  /** How many of these bytes of UTF-8 may be written now; 0: none before `waitMs` have passed. */
  allowance(bytes: Uint8Array, nowMs: number): number
  /** Time until more new characters are allowed, in ms. */
  waitMs(nowMs: number): number
}

export function createGlyphPacer(): GlyphPacer {
  const seen = new Set<number>()
  let frameEnds = 0
  let fresh = 0

  return {
    allowance(bytes, nowMs) {
      if (nowMs >= frameEnds) {
        fresh = 0
        frameEnds = nowMs + FRAME_MS
      }
      for (let at = 0; at < bytes.length; at += 1) {
        const lead = bytes[at] ?? 0
        if (lead < 0xc0) continue
        const key = characterKey(bytes, at, lead)
        if (seen.has(key)) continue
        if (fresh >= NEW_GLYPHS_PER_FRAME) return at
        if (seen.size >= SEEN_MAX) seen.clear()
        seen.add(key)
        fresh += 1
      }
      return bytes.length
    },
    waitMs: (nowMs) => Math.max(1, frameEnds - nowMs),
  }
}

/** A character's bytes as one number; where a piece cuts one in two, it counts twice, which harms nothing. */
function characterKey(bytes: Uint8Array, at: number, lead: number): number {
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  let key = 0
  for (let index = 0; index < length; index += 1) key = key * 256 + (bytes[at + index] ?? 0)
  return key
}
