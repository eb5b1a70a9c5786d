/** One control sequence taken apart: `CSI prefix parameters intermediates final`, each as ASCII text. */
export interface CsiSequence {
  /** One of `< = > ?`, or empty. */
  readonly prefix: string
  /** Digits, `;` and `:` as they came. */
  readonly parameters: string
  readonly intermediates: string
  readonly final: string
}

/** What xterm may see instead: canonical text, and how much work it makes (1 = one plain character). */
export interface AllowedSequence {
  readonly text: string
  readonly cost: number
}

interface CsiRule {
  /** Largest value that each parameter is cut to. */
  readonly max: number
  /** Work without parameters, and for each unit of the first parameter. */
  readonly cost: number
  readonly costPerUnit?: number
  /** Whole parameter texts that are let through; absent: any numbers. */
  readonly only?: readonly string[]
}

/** xterm keeps no more parameters than this (`Params`, 6.0). */
const PARAMETERS_MAX = 32
/** Larger than any screen; a position beyond the edge means the edge. */
const POSITION_MAX = 9999
/** Characters moved, erased or repeated at once: more than the widest terminal holds. */
const CELLS_MAX = 1000
/** Lines moved at once: more than the tallest terminal holds. */
const LINES_MAX = 500

const move: CsiRule = { max: POSITION_MAX, cost: 8 }
const cells: CsiRule = { max: CELLS_MAX, cost: 16, costPerUnit: 2 }
const lines: CsiRule = { max: LINES_MAX, cost: 64, costPerUnit: 64 }
const tabs: CsiRule = { max: CELLS_MAX, cost: 8, costPerUnit: 1 }
const eraseLine: CsiRule = { max: 2, cost: 100 }
const eraseScreen: CsiRule = { max: 3, cost: 4000 }

/**
 * Every control sequence that a guest may use, by prefix, intermediates and final. All others are dropped: among them
 * window operations (`t`: title reports and resizing), DECRQM, XTVERSION, modifyOtherKeys and column mode.
 * Names as in xterm's `InputHandler` and ctlseqs.
 */
const rules: Readonly<Record<string, CsiRule>> = {
  '@': cells, // ICH
  A: move,
  B: move,
  C: move,
  D: move,
  E: move,
  F: move,
  G: move,
  H: move,
  I: tabs, // CHT
  J: eraseScreen,
  '?J': eraseScreen,
  K: eraseLine,
  '?K': eraseLine,
  L: lines, // IL
  M: lines, // DL
  P: cells, // DCH
  S: lines, // SU
  T: lines, // SD
  X: cells, // ECH
  Z: tabs, // CBT
  '`': move,
  a: move,
  b: { max: CELLS_MAX, cost: 16, costPerUnit: 8 }, // REP: freezes xterm for 98 s when not cut
  d: move,
  e: move,
  f: move,
  g: { max: 3, cost: 8 }, // TBC
  m: { max: POSITION_MAX, cost: 8 }, // SGR
  r: move, // DECSTBM
  s: { max: 0, cost: 8, only: [''] },
  u: { max: 0, cost: 8, only: [''] },
  '!p': { max: 0, cost: 100, only: [''] }, // DECSTR
  ' q': { max: 6, cost: 8 }, // DECSCUSR
  // Queries that the session answers itself; see terminal-replies.ts.
  c: { max: 0, cost: 64, only: ['', '0'] },
  '>c': { max: 0, cost: 64, only: ['', '0'] },
  n: { max: 6, cost: 64, only: ['5', '6'] },
  '?n': { max: 6, cost: 64, only: ['6'] },
}

/**
 * Modes by number; switching screens clears one. Not among them: 3 (132 columns), 1004 (focus reports: xterm answers
 * each request at once, as if typed) and 2026 (holds drawing back).
 */
const ansiModes = new Set(['4', '20'])
const privateModes = new Set(
  [1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1006, 1016, 1047, 1048, 1049, 2004].map(String),
)
const MODE_COST = 4000

/** The sequence as xterm may see it, or undefined when it is dropped. */
export function allowedCsi({ prefix, parameters, intermediates, final }: CsiSequence): AllowedSequence | undefined {
  if ((final === 'h' || final === 'l') && intermediates === '') return allowedModes(prefix, parameters, final)
  const rule = rules[`${prefix}${intermediates}${final}`]
  if (rule === undefined || (rule.only !== undefined && !rule.only.includes(parameters))) return undefined
  const numbers = clampedParameters(parameters, rule.max)
  const units = rule.costPerUnit === undefined ? 0 : Math.max(1, Number.parseInt(numbers, 10) || 1)
  return {
    text: `\x1b[${prefix}${numbers}${intermediates}${final}`,
    cost: rule.cost + units * (rule.costPerUnit ?? 0),
  }
}

function allowedModes(prefix: string, parameters: string, final: string): AllowedSequence | undefined {
  const known = prefix === '?' ? privateModes : prefix === '' ? ansiModes : undefined
  const modes = parameters.split(';', PARAMETERS_MAX).filter((mode) => known?.has(mode))
  if (modes.length === 0) return undefined
  return { text: `\x1b[${prefix}${modes.join(';')}${final}`, cost: MODE_COST * modes.length }
}

/** At most PARAMETERS_MAX parameters, each number cut to `max`. */
function clampedParameters(parameters: string, max: number): string {
  if (parameters.length <= 1) return parameters
  return parameters
    .split(';', PARAMETERS_MAX)
    .map((parameter) => parameter.replaceAll(/\d+/g, (digits) => String(Math.min(max, Number(digits)))))
    .join(';')
}
