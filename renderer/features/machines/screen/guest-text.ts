/** Longest name of a desktop that is shown, in characters. */
const NAME_MAX = 120
/** Longest text from a guest's clipboard that is offered, in characters. */
const CLIPBOARD_MAX = 100_000

/** A guest's name for its desktop, fit to be shown: one line, no control or direction-changing characters, capped. */
export function guestName(text: string): string {
  const plain = text
    .slice(0, NAME_MAX * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return plain.length <= NAME_MAX ? plain : `${plain.slice(0, NAME_MAX - 1)}…`
}

/** A guest's clipboard, fit to be put on this one: capped, with no control characters but tab and line end. */
export function guestClipboard(text: string): string {
  return (
    text
      .slice(0, CLIPBOARD_MAX)
      .replaceAll('\r\n', '\n')
      // oxlint-disable-next-line no-control-regex -- control characters are what it removes
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
  )
}
