/** Text from the clipboard as it may be typed into a guest. */
export interface PasteText {
  readonly text: string
  /** More than one line, or a line with its end: a shell would run it at once, so a person is asked first. */
  readonly severalLines: boolean
}

/**
 * Takes control characters out, ESC above all: a pasted `ESC [ 201 ~` would end bracketed paste early and have the rest
 * run as typed. Tabs and line ends stay.
 */
export function pasteText(clipboard: string): PasteText {
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes out
  const text = clipboard.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
  return { text, severalLines: /[\r\n]/.test(text) }
}
