/**
 * A console's log as text for reading: escape sequences and control characters are left out, lines that a carriage return
 * wrote over keep their last form. Bytes that are not UTF-8 become U+FFFD.
 */
export function consoleText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  return text
    .replaceAll(sequences, '')
    .replaceAll(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .join('\n')
    .replaceAll(controls, '')
}

/** CSI, then OSC and the other strings with their end, then the two-character sequences (ECMA-48). */
const sequences =
  // oxlint-disable-next-line no-control-regex -- escape sequences are made of control characters
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g

// oxlint-disable-next-line no-control-regex -- control characters are what it removes
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Decodes base64, as results carry bytes. */
export function bytesFromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
