import { createInterface } from 'node:readline/promises'

import { type CliContext } from './cli-context.ts'

/** Asks a yes-or-no question on the terminal; anything but yes is no. */
export async function isConfirmed({ stdin, stderr, signal }: CliContext, question: string): Promise<boolean> {
  const questions = createInterface({ input: stdin, output: stderr })
  try {
    const answer = await questions.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    questions.close()
  }
}
