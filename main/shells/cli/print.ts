import { type CliContext, type CliOutput } from './cli-context.ts'

/** Writes a result for programs: JSON, indented, with a line break. */
export function printJson(output: CliOutput, value: unknown): void {
  output.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Writes one line to standard output. The caller makes text from outside safe. */
export function printLine(context: CliContext, line: string): void {
  context.stdout.write(`${line}\n`)
}

/** A remark beside the result: on standard error, so that it never gets into a pipe. */
export function printNote(context: CliContext, note: string): void {
  context.stderr.write(`petri: ${note}\n`)
}
