import { type Command } from 'commander'
import { z } from 'zod'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'
import { waitForJob } from './wait-for-job.ts'

const doneSchema = z.object({ id: z.string() })

interface JsonOption {
  readonly json?: boolean
}

/** `petri template add|remove|list`. */
export function addTemplateCommands(program: Command, context: CliContext): void {
  const template = program.command('template').description('machines that are patterns for others')

  template
    .command('list')
    .description('all templates')
    .option('--json', 'print [{id, name, arch}]')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const entries = await callApi(session, 'vm.list', {}, context.signal)
        const rows = entries.flatMap((entry) =>
          entry.kind === 'machine' && entry.template
            ? [{ id: entry.id, name: entry.name, arch: entry.architecture }]
            : [],
        )
        if (json) return printJson(context.stdout, rows)
        if (rows.length === 0) return printLine(context, 'There are no templates. Make one: petri template add NAME')
        const lines = rows.map(({ id, name, arch }) => [name, id, arch])
        context.stdout.write(tableText([['NAME', 'ID', 'ARCH'], ...lines], context.stdout.columns))
      }),
    )

  for (const [word, isTemplate, description] of [
    ['add', true, 'mark a machine that is off as a template: it cannot start any more'],
    ['remove', false, 'make a template a machine again'],
  ] as const)
    template
      .command(word)
      .description(description)
      .argument('<name>', 'name or id')
      .option('--json', 'print {id, template}')
      .action((name: string, { json }: JsonOption) =>
        withSession(context, async (session) => {
          const { id, name: found } = await findMachine(session, name, context.signal)
          await callApi(session, 'vm.setTemplate', { id, template: isTemplate }, context.signal)
          if (json) return printJson(context.stdout, { id, template: isTemplate })
          printLine(context, `${safeText(found)} is ${isTemplate ? 'a template now' : 'a machine again'}.`)
        }),
      )
}

/** `petri create --template`: a clone, waited for. */
export async function createFromTemplate(
  context: CliContext,
  template: string,
  name: string | undefined,
  { linked, json }: { readonly linked?: boolean; readonly json?: boolean },
): Promise<void> {
  await withSession(context, async (session) => {
    const { id } = await findMachine(session, template, context.signal)
    const kind = linked ? 'linked' : 'full'
    const wish = { id, kind, ...(name === undefined ? {} : { name }) } as const
    const { jobId } = await callApi(session, 'vm.clone', wish, context.signal)
    const { result, summary } = await waitForJob(context, session, jobId)
    const made = doneSchema.parse(result)
    if (json) printJson(context.stdout, made)
    else printLine(context, `${safeText(summary)} Start it: petri run ${made.id}`)
  })
}
