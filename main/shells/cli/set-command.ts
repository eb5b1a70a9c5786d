import { type Problem } from '#contract/problem'
import { type VmSpec, vmSpecSchema } from '#contract/vm-spec'
import { type Command } from 'commander'
import { type z } from 'zod'

import { type Assignment, assignValue, readAssignments, readPath, removeValue } from './assignments.ts'
import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'
import { each, memoryMiBValue, newDiskValue, wholeNumberValue } from './option-values.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { readDescription } from './read-description.ts'
import { safeText } from './safe-text.ts'
import { schemaProblems } from './schema-problems.ts'

interface Options {
  readonly memory?: number
  readonly cpus?: number
  readonly from?: string
  readonly unset?: readonly string[]
  readonly newDisk?: readonly (readonly [string, number])[]
  readonly json?: boolean
}

/** `petri set`: changes fields of a machine's description, all or none; a running machine takes what it can at once. */
export function addSetCommand(program: Command, context: CliContext): void {
  program
    .command('set')
    .description('change a machine; a running one takes disks, cards, discs, forwards and its balloon at once')
    .argument('<name>', 'name or id')
    .argument(
      '[assignments...]',
      "key=value as show --json names them, e.g. memoryMiB=512 cpu.cores=2 'disks[0].cache=none'",
    )
    .option('--memory <size>', 'MiB, or e.g. 2G: the same as memoryMiB=2048', memoryMiBValue)
    .option('--cpus <count>', 'number of CPU cores: the same as cpu.cores=2', wholeNumberValue(1, 256))
    .option('--from <file>', 'take the fields of a description in JSON (- for standard input)')
    .option('--unset <key>', 'go back to the default, or remove a list entry; repeatable', each(String))
    .option(
      '--new-disk <id=size>',
      'make the file of a disk that is added, e.g. data=8G; repeatable',
      each(newDiskValue),
    )
    .option('--json', 'print the new description')
    .action((name: string, assignments: readonly string[], options: Options) =>
      changeMachine(context, name, assignments, options),
    )
}

async function changeMachine(
  context: CliContext,
  name: string,
  assignments: readonly string[],
  options: Options,
): Promise<void> {
  const { memory, cpus } = options
  const texts = [
    ...assignments,
    ...(memory === undefined ? [] : [`memoryMiB=${memory}`]),
    ...(cpus === undefined ? [] : [`cpu.cores=${cpus}`]),
  ]
  if (texts.length === 0 && options.from === undefined && options.unset === undefined) {
    throw usageFailure('There is nothing to change', 'Give key=value, --unset or --from.')
  }
  const given = options.from === undefined ? {} : await readDescription(context, options.from)
  await withSession(context, async (session) => {
    const machine = await findMachine(session, name, context.signal)
    const { spec } = await callApi(session, 'vm.show', { id: machine.id }, context.signal)
    if (spec === undefined) {
      const evidence = machine.kind === 'damaged' ? machine.reason : undefined
      const title = `The description of "${safeText(machine.name)}" cannot be read`
      throw new CliFailure({ code: 'invalid', title, ...(evidence === undefined ? {} : { evidence }) })
    }
    // Who a machine is stays as it is, whatever the file says.
    const { version, id, uuid, createdAt } = spec
    const changed = changedSpec({ ...spec, ...given, version, id, uuid, createdAt }, texts, options.unset ?? [])
    await callApi(
      session,
      'vm.update',
      { spec: changed, newDisks: Object.fromEntries(options.newDisk ?? []) },
      context.signal,
    )
    if (options.json) printJson(context.stdout, changed)
    else printLine(context, `Changed ${safeText(changed.name)}`)
  })
}

/**
 * The description with every change made. Throws one `CliFailure` with all problems. A value is read as JSON first; where
 * the field wants text, as it was typed (`name=123`).
 */
export function changedSpec(spec: unknown, texts: readonly string[], unset: readonly string[]): VmSpec {
  const { assignments, problems } = readAssignments(texts)
  let changed = spec
  for (const key of unset) {
    const path = readPath(key)
    if (path === undefined)
      problems.push({ field: key, code: 'not-a-field', severity: 'error', message: 'is not a field' })
    else changed = removeValue(changed, path)
  }
  const asJson = assignAll(changed, assignments)
  const first = vmSpecSchema.safeParse(asJson.changed)
  if (first.success && problems.length + asJson.problems.length === 0) return first.data

  const asText = first.success ? asJson : assignAll(asJson.changed, textual(assignments, first.error))
  const second = vmSpecSchema.safeParse(asText.changed)
  const all: Problem[] = [...problems, ...asJson.problems, ...(second.success ? [] : schemaProblems(second.error))]
  if (second.success && all.length === 0) return second.data
  throw new CliFailure({ code: 'invalid', title: 'Nothing was changed: not all of it is right', problems: all })
}

function assignAll(
  spec: unknown,
  assignments: readonly Assignment[],
): { changed: unknown; problems: readonly Problem[] } {
  let changed = spec
  const problems: Problem[] = []
  for (const { path, value } of assignments) {
    const result = assignValue(changed, path, value)
    if ('problem' in result) problems.push(result.problem)
    else changed = result.changed
  }
  return { changed, problems }
}

/** The assignments whose field wanted text and got a number or the like, with the text instead. */
function textual(assignments: readonly Assignment[], error: z.ZodError): readonly Assignment[] {
  const wantText = new Set(
    error.issues
      .filter((issue) => issue.code === 'invalid_type' && issue.expected === 'string')
      .map((issue) => JSON.stringify(issue.path)),
  )
  return assignments
    .filter(({ path }) => wantText.has(JSON.stringify(path)))
    .map((assignment) => ({ ...assignment, value: assignment.text }))
}
