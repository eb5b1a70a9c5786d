import { styleText } from 'node:util'

import { type CliContext, type CliOutput } from './cli-context.ts'

type Format = Parameters<typeof styleText>[0]

/** How text is set off on one stream: with colour on a terminal, unchanged elsewhere or when NO_COLOR is set. */
export type TextStyle = (format: Format, text: string) => string

/** See https://no-color.org: any value that is not empty switches colour off. */
export function textStyle(output: CliOutput, env: CliContext['env']): TextStyle {
  const coloured = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return (format, text) => (coloured ? styleText(format, text) : text)
}
