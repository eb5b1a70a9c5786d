import { type FileReport } from '#contract/elf'

import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

/** What a file is and whether it runs here, for a terminal. */
export function reportText({ path, facts, verdict, command }: FileReport): string {
  const rows = [
    ['File', path],
    ['Format', facts.format],
    ['Machine', facts.machine ?? ''],
    ['Architecture', facts.architecture ?? ''],
    ['Type', facts.type ?? ''],
    ['ABI', facts.abi ?? ''],
    ['Floating point', facts.floatAbi ?? ''],
    ['Linkage', facts.linkage ?? ''],
    ['Loader', facts.interpreter ?? ''],
    ['Libraries', (facts.libraries ?? []).join(', ')],
    ['Wants Linux', facts.minimumKernel ?? ''],
  ].filter(([, value]) => value !== '')
  const cure = verdict.cure
  return [
    tableText(rows, undefined),
    `\n${safeText(verdict.title)}\n${safeText(verdict.why)}\n`,
    ...(cure
      ? [`${safeText(cure.text)}\n`, ...(cure.command === undefined ? [] : [`  ${safeText(cure.command)}\n`])]
      : []),
    ...(command ? [`Runs with: ${safeText(command.shell)}\n`] : []),
  ].join('')
}
