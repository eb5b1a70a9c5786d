import type { BootProof } from '#contract/boot-proof'

type Verdict = Pick<BootProof, 'verdict' | 'words' | 'seenOn'>

/** The longest line that is quoted, in characters. */
const MAX_WORDS = 200

/** What systems write, by how far they are; the first that is found counts. */
const signs: readonly { readonly verdict: BootProof['verdict']; readonly sign: RegExp }[] = [
  {
    verdict: 'stopped',
    sign: /Kernel panic - not syncing.*|Unable to mount root fs.*|A problem has been detected and Windows.*/,
  },
  { verdict: 'system', sign: /(?:^|\n)[^\n]{0,80}\blogin: ?(?=\n|$)/i },
  { verdict: 'system', sign: /(?:^|\n)[\w@:~/.[\]() -]{0,60}[#$] ?$/ },
  { verdict: 'system', sign: /(?:^|\n)[A-Z]:\\[^\n]{0,60}> ?$/ },
  { verdict: 'kernel', sign: /Linux version \d[^\n]*|(?:Free|Net|Open)BSD \d+\.\d[^\n]*|systemd\[1\]:[^\n]*/ },
  {
    verdict: 'nothing',
    sign: /No bootable (?:device|option)[^\n]*|Boot failed: not a bootable disk[^\n]*|UEFI Interactive Shell[^\n]*|(?:Missing|Error loading) operating system[^\n]*|(?:NTLDR|BOOTMGR) is missing[^\n]*/i,
  },
  {
    verdict: 'loader',
    sign: /GNU GRUB[^\n]*|GRUB loading[^\n]*|(?:ISO|SYS)LINUX \d[^\n]*|Welcome to GRUB[^\n]*|Loading Linux[^\n]*|FreeBSD\/\S+ bootstrap loader[^\n]*/,
  },
]

/** How far a guest came, by the end of its serial output and what a screen in text mode shows. */
export function judgeBoot(serial: string, screen: string): Verdict {
  const places = [
    ['serial', serial.trimEnd()],
    ['screen', screen.trimEnd()],
  ] as const
  for (const { sign, verdict } of signs) {
    for (const [seenOn, text] of places) {
      const words = sign.exec(text)?.[0].trim()
      if (words !== undefined && words !== '') return { verdict, words: words.slice(0, MAX_WORDS), seenOn }
    }
  }
  return { verdict: 'unclear', words: '' }
}

/** Whether waiting longer cannot change it. A firmware that finds nothing may try the next disk, so it gets its time. */
export const isFinal = ({ verdict }: Verdict) => verdict === 'system' || verdict === 'stopped' || verdict === 'nothing'

/** Serial output as lines: no escape sequences, no control characters but the end of a line. */
export function plainText(output: string): string {
  return (
    output
      // oxlint-disable-next-line no-control-regex -- escape sequences begin and end with control characters
      .replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])/g, '')
      .replaceAll(/\r+\n/g, '\n')
      .replaceAll(/\r/g, '\n')
      .replaceAll(/[^\n\x20-\x7e]/g, '')
      .replaceAll(/\n{2,}/g, '\n')
  )
}

/** The characters of a VGA text screen: 80 columns, a byte of code page 437 and one of colour for each cell. */
export function vgaText(memory: Uint8Array): string {
  const rows: string[] = []
  for (let row = 0; (row + 1) * 160 <= memory.length; row += 1) {
    const codes = Array.from({ length: 80 }, (_, column) => memory[row * 160 + column * 2] ?? 0)
    rows.push(
      codes
        .map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ' '))
        .join('')
        .trimEnd(),
    )
  }
  return rows.join('\n').trim()
}
