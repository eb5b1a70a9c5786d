import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'

import { TYPED_TEXT_MAX } from '#contract/screen-calls'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands for the graphical screen: screenshot, type, send-key. */
export function addScreenCommands(program: Command, context: CliContext): void {
  const { signal, stdin, stdout, workingFolder } = context

  program
    .command('screenshot')
    .description("a picture of a running machine's screen, as PNG")
    .argument('<name>', 'name or id')
    .argument('[file]', 'where to write it; without it: standard output, when that is no terminal')
    .option('-o, --output <file>', 'the same as [file]')
    .option('--json', 'print {base64, sizeBytes}, or with a file {file, sizeBytes}')
    .action((name: string, given: string | undefined, options: JsonOption & { readonly output?: string }) => {
      const { output = given, json } = options
      if (output === undefined && json !== true && stdout.isTTY === true)
        throw usageFailure('A picture is not for a terminal', 'Name a file: petri screenshot NAME screen.png')
      return withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        const picture = await callApi(session, 'vm.screenshot', { id: machine.id }, signal)
        const png = Buffer.from(picture.base64, 'base64')
        if (output === undefined) return json ? printJson(stdout, picture) : void stdout.write(png)
        const file = resolve(workingFolder, output)
        await writePicture(file, png)
        if (json) printJson(stdout, { file, sizeBytes: png.byteLength })
        else printLine(context, `The screen of ${safeText(machine.name)} is in ${safeText(file)}`)
      })
    })

  program
    .command('type')
    .description("type text on a running machine's keyboard, as on a US one")
    .argument('<name>', 'name or id')
    .argument('<text>', 'what to type; "-" reads it from standard input, where a password belongs')
    .option('--enter', 'press Enter after it')
    .option('--json', 'print {}')
    .action((name: string, given: string, { enter, json }: JsonOption & { readonly enter?: boolean }) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const text = `${given === '-' ? (await readAll(stdin)).replace(/\r?\n$/, '') : given}${enter ? '\n' : ''}`
        const characters = Array.from(text)
        for (let at = 0; at < characters.length; at += TYPED_TEXT_MAX) {
          await callApi(session, 'vm.type', { id, text: characters.slice(at, at + TYPED_TEXT_MAX).join('') }, signal)
        }
        if (json) printJson(stdout, {})
      }),
    )

  program
    .command('send-key')
    .description("press keys of a running machine's keyboard together, such as ctrl-alt-delete")
    .argument('<name>', 'name or id')
    .argument('<keys>', 'joined with - or +: ctrl-alt-f2, super, alt+sysrq+b')
    .option('--json', 'print {}')
    .action((name: string, keys: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        await callApi(session, 'vm.sendKeys', { id, keys: keys.split(/[-+]/) }, signal)
        if (json) printJson(stdout, {})
      }),
    )
}

async function writePicture(file: string, png: Buffer): Promise<void> {
  try {
    await writeFile(file, png)
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error)
    throw new CliFailure(
      { code: 'command-failed', title: `The picture cannot be written to ${safeText(file)}`, evidence },
      { cause: error },
    )
  }
}
