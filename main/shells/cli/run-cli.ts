import { type Failure } from '#contract/failure'
import { CommanderError } from 'commander'

import { type CliContext } from './cli-context.ts'
import { toCliFailure } from './cli-failure.ts'
import { exitCodes, USAGE_EXIT_CODE } from './exit-codes.ts'
import { failureText } from './failure-text.ts'
import { ProgramEnded } from './program-ended.ts'
import { petriProgram } from './program.ts'
import { textStyle } from './text-style.ts'

/** Runs one command line (without the program's name) and returns its exit code. Never throws, never exits. */
export async function runCli(context: CliContext, args: readonly string[]): Promise<number> {
  const json = args.includes('--json')
  try {
    await petriProgram(context).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof ProgramEnded) return error.exitCode
    if (error instanceof CommanderError) {
      // Help and version end with 0; commander has already written what a person needs, and for programs it is one line.
      if (error.exitCode === 0) return 0
      if (json) writeFailure(context, { code: 'bad-request', title: error.message.replace(/^error: /, '') }, true)
      return USAGE_EXIT_CODE
    }
    const failure = toCliFailure(error)
    writeFailure(context, failure, json)
    return exitCodes[failure.code]
  }
}

function writeFailure({ stderr, env }: CliContext, failure: Failure, json: boolean): void {
  stderr.write(json ? `${JSON.stringify({ failure })}\n` : failureText(failure, textStyle(stderr, env)))
}
