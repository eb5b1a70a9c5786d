import { quoteWord, shellQuote } from '../qemu/shell-quote.ts'
import type { Preparation, VmPlan } from './vm-plan.ts'

/** A program beside QEMU that has to listen before QEMU starts. */
export interface HelperCommand {
  readonly about: string
  readonly argv: readonly string[]
  /** Absolute, on the host. */
  readonly socketPath: string
}

const COMMENT_WIDTH = 100
/** How often a script looks for a helper's socket, and how long at most, in tenths of a second. */
const HELPER_LIMIT_TENTHS = 50

/**
 * A machine as a script for a POSIX shell: makes the files that a start makes, starts the programs beside QEMU, and
 * becomes the very command of the plan. One option a line, each under its explanation.
 */
export function machineScript(
  { decisions, explained, names, preparations, spec }: VmPlan,
  helpers: readonly HelperCommand[],
): string {
  const { runtimeFolder } = decisions
  const socketOf = (name: string) => quoteWord(`UNIX-CONNECT:${runtimeFolder}/${name}`)
  const sections = [
    [
      '#!/bin/sh',
      ...comment(`${spec.name}, as Petri starts it: the same sandbox and the same options, without Petri.`),
      ...comment('No terminal ends it, and Petri does not see it run. This pulls its plug:'),
      `#   echo '{"execute":"qmp_capabilities"}{"execute":"quit"}' | socat -t 5 - ${socketOf(names.qmpSpare)}`,
      ...names.serial.map((name, port) => `# Serial port ${port}: socat -,raw,echo=0 ${socketOf(name)}`),
      'set -eu',
      'umask 077',
      shellQuote(['mkdir', '-p', runtimeFolder]),
    ],
    ...preparations.flatMap(preparing),
    ...(helpers.length > 0 ? [waiting] : []),
    ...helpers.map(({ about, argv, socketPath }) => [
      ...comment(about),
      shellQuote(['rm', '-f', socketPath]),
      `${shellQuote(argv)} &`,
      shellQuote(['wait_for', socketPath]),
    ]),
    ['set --'],
    ...explained.map(({ args, explanation }) => [
      ...comment(explanation),
      `set -- "$@" ${args.map(quoteWord).join(' ')}`,
    ]),
    ['exec "$@"'],
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const waiting = [
  'wait_for() {',
  '  tenths=0',
  '  while [ ! -S "$1" ]; do',
  `    [ "$tenths" -lt ${HELPER_LIMIT_TENTHS} ] || { echo "nothing listens at $1" >&2; exit 1; }`,
  '    tenths=$((tenths + 1))',
  '    sleep 0.1',
  '  done',
  '}',
]

function preparing(preparation: Preparation): readonly (readonly string[])[] {
  switch (preparation.kind) {
    case 'uefi-vars': {
      const { path, templateFormat, templatePath } = preparation
      const convert = ['qemu-img', 'convert', '-f', templateFormat, '-O', 'qcow2', templatePath, path]
      return [
        [
          ...comment('The variables of the UEFI firmware, made once.'),
          `[ -e ${quoteWord(path)} ] || ${shellQuote(convert)}`,
        ],
      ]
    }
    case 'tpm-state':
      return [[shellQuote(['mkdir', '-p', preparation.folder])]]
    case 'virtiofs':
    case 'overlay':
      return []
  }
}

/** Text of any kind as comment lines: what could end a comment is a space. */
function comment(text: string): readonly string[] {
  const lines: string[] = []
  for (const each of text.split(/[\s\p{Cc}\p{Cf}]+/u).filter(Boolean)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + each.length >= COMMENT_WIDTH) lines.push(`# ${each}`)
    else lines[lines.length - 1] = `${last} ${each}`
  }
  return lines
}
