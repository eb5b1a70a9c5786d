import type { AllowedSequence } from './csi-rules.ts'

/** Longest title in characters. */
const TITLE_MAX = 256
/** Longest address of a link in characters. */
const URL_MAX = 2048

const LINK_END = '\x1b]8;;\x1b\\'

/**
 * An operating system command as xterm may see it, or undefined when it is dropped. Only titles (0, 2) and hyperlinks
 * (8) are let through: no clipboard (52), no colours and their queries (4, 10-19), no notifications, no shell marks.
 * @param body what stands between `OSC` and its end, decoded
 */
export function allowedOsc(body: string): AllowedSequence | undefined {
  const [, command, rest] = /^(\d{1,4});(.*)$/su.exec(body) ?? []
  if (rest === undefined) return undefined
  if (command === '0' || command === '2') return { text: `\x1b]2;${plainTitle(rest)}\x07`, cost: 300 }
  if (command === '8') return allowedLink(rest)
  return undefined
}

/** A guest's title as harmless text: no control characters, none that change direction, at most 256 characters. */
export function plainTitle(title: string): string {
  const harmless = title.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
  return [...harmless].slice(0, TITLE_MAX).join('')
}

/** A link that is not http or https ends the one before it, so that its text is at least not somebody else's link. */
function allowedLink(rest: string): AllowedSequence {
  const url = rest.slice(rest.indexOf(';') + 1)
  const id = /(?:^|:)id=([\w.-]{1,64})(?:[:;]|$)/.exec(rest.slice(0, rest.indexOf(';') + 1))?.[1]
  const allowed = url.length <= URL_MAX && /^https?:\/\/[\x21-\x7e]+$/i.test(url)
  return { text: allowed ? `\x1b]8;${id === undefined ? '' : `id=${id}`};${url}\x1b\\` : LINK_END, cost: 500 }
}
