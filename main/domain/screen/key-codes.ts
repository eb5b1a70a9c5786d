/** Keys that are pressed together, in QEMU's names (`QKeyCode` of its QMP schema), first pressed first. */
export type KeyPress = readonly string[]

/** A name or a character for which the keyboard has no key. */
export interface NoSuchKey {
  readonly kind: 'no-such-key'
  readonly key: string
}

/** What a combination is made of: people's names for keys, any case, turned into QEMU's. */
export function keyCombination(
  names: readonly string[],
): { readonly kind: 'press'; readonly press: KeyPress } | NoSuchKey {
  const press: string[] = []
  for (const name of names) {
    const code = keyNames.get(name.toLowerCase())
    if (code === undefined) return { kind: 'no-such-key', key: name }
    press.push(code)
  }
  return { kind: 'press', press }
}

/** The key presses that type a text on a keyboard with the US layout; CR LF and LF are one Enter. */
export function keysForText(
  text: string,
): { readonly kind: 'presses'; readonly presses: readonly KeyPress[] } | NoSuchKey {
  const presses: KeyPress[] = []
  for (const character of text.replaceAll('\r\n', '\n')) {
    const press = characters.get(character)
    if (press === undefined) return { kind: 'no-such-key', key: character }
    presses.push(press)
  }
  return { kind: 'presses', presses }
}

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const digits = [...'0123456789']
const functionKeys = Array.from({ length: 12 }, (_, index) => `f${index + 1}`)

const keyNames: ReadonlyMap<string, string> = new Map([
  ...[...letters, ...digits, ...functionKeys].map((key) => [key, key] as const),
  ...[
    'alt',
    'alt_r',
    'backspace',
    'caps_lock',
    'ctrl',
    'ctrl_r',
    'delete',
    'down',
    'end',
    'esc',
    'home',
    'insert',
    'left',
    'menu',
    'num_lock',
    'pause',
    'print',
    'right',
    'scroll_lock',
    'shift',
    'shift_r',
    'sysrq',
    'tab',
    'up',
  ].map((key) => [key, key] as const),
  ['enter', 'ret'],
  ['return', 'ret'],
  ['escape', 'esc'],
  ['control', 'ctrl'],
  ['del', 'delete'],
  ['ins', 'insert'],
  ['space', 'spc'],
  ['pageup', 'pgup'],
  ['pgup', 'pgup'],
  ['pagedown', 'pgdn'],
  ['pgdn', 'pgdn'],
  ['altgr', 'alt_r'],
  ['super', 'meta_l'],
  ['meta', 'meta_l'],
  ['win', 'meta_l'],
])

/** Names of every key that can be pressed by name, for help texts. */
export const knownKeyNames: readonly string[] = [...keyNames.keys()]

/** Character without and with Shift, and the key it is on. */
const symbolKeys: readonly (readonly [plain: string, shifted: string, key: string])[] = [
  ['`', '~', 'grave_accent'],
  ['-', '_', 'minus'],
  ['=', '+', 'equal'],
  ['[', '{', 'bracket_left'],
  [']', '}', 'bracket_right'],
  ['\\', '|', 'backslash'],
  [';', ':', 'semicolon'],
  ["'", '"', 'apostrophe'],
  [',', '<', 'comma'],
  ['.', '>', 'dot'],
  ['/', '?', 'slash'],
]
const shiftedDigits = [...')!@#$%^&*(']

const characters: ReadonlyMap<string, KeyPress> = new Map<string, KeyPress>([
  ...letters.flatMap((key): [string, KeyPress][] => [
    [key, [key]],
    [key.toUpperCase(), ['shift', key]],
  ]),
  ...digits.map((key): [string, KeyPress] => [key, [key]]),
  ...shiftedDigits.map((character, digit): [string, KeyPress] => [character, ['shift', String(digit)]]),
  ...symbolKeys.flatMap(([plain, shifted, key]): [string, KeyPress][] => [
    [plain, [key]],
    [shifted, ['shift', key]],
  ]),
  [' ', ['spc']],
  ['\n', ['ret']],
  ['\r', ['ret']],
  ['\t', ['tab']],
])
