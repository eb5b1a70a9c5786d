import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { findMachine } from './find-machine.ts'
import { wholeNumberValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface ProveOptions {
  readonly limit?: number
  readonly output?: string
  readonly json?: boolean
}

/** `petri prove-boot`: whether a machine that is off boots, with what it wrote and showed. */
export function addProveBootCommand(program: Command, context: CliContext): void {
  const { signal, stdout, workingFolder } = context
  program
    .command('prove-boot')
    .description('whether a machine that is off boots: a run that is thrown away. Exit code 1 when it does not')
    .argument('<name>', 'name or id')
    .option('--limit <seconds>', 'how long to wait at most; otherwise 180', wholeNumberValue(5, 1800))
    .option('-o, --output <file>', 'where to write the picture of its screen, as PNG')
    .option('--json', 'print {verdict, words, seenOn, seconds, serial, screenText, hasPicture}')
    .action((name: string, { limit = 180, output, json }: ProveOptions) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        const { jobId } = await callApi(session, 'vm.proveBoot', { id: machine.id, limitSeconds: limit }, signal)
        const done = await waitForJob(context, session, jobId)
        const { proof, pictureBase64 } = await callApi(session, 'vm.bootProof', { id: machine.id }, signal)
        if (output !== undefined && pictureBase64 !== undefined)
          await writeFile(resolve(workingFolder, output), Buffer.from(pictureBase64, 'base64'))
        if (json) printJson(stdout, done.result)
        else printLine(context, safeText(done.summary))
        if (proof?.verdict !== 'system') throw new CliFailure({ code: 'command-failed', title: done.summary })
      }),
    )
}
