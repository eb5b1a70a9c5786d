import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import type { Problem } from '#contract/problem'

import { shellQuote } from '../../main/domain/qemu/shell-quote.ts'
import { planVm } from '../../main/domain/vm/plan-vm.ts'
import { throwawayArgv } from '../../main/domain/vm/throwaway-argv.ts'
import type { Preparation } from '../../main/domain/vm/vm-plan.ts'
import { argvFolder, readArgvCases, type ArgvCase } from './argv-case.ts'

/** `UPDATE_GOLDEN=1` writes what comes out; the difference is then read like code. */
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'
const cases = readArgvCases()

describe('spec to argv', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const { ending, text } = outcome(each)
    if (isUpdate) {
      for (const other of ['args', 'refused']) rmSync(join(argvFolder, `${name}.${other}`), { force: true })
      writeFileSync(join(argvFolder, `${name}.${ending}`), text)
    }
    expect(filesOf(name)).toEqual([`${name}.${ending}`])
    await expect(text).toMatchFileSnapshot(join(argvFolder, `${name}.${ending}`))
  })

  test('no golden file is left without its case', () => {
    const known = new Set(cases.flatMap(({ name }) => ['json', 'args', 'refused'].map((ending) => `${name}.${ending}`)))
    expect(readdirSync(argvFolder).filter((file) => !known.has(file))).toEqual([])
  })
})

/** The expectations that are there for a case: exactly one. */
function filesOf(name: string): readonly string[] {
  return readdirSync(argvFolder).filter((file) => file === `${name}.args` || file === `${name}.refused`)
}

function outcome({ facts, isThrowaway, spec }: ArgvCase): {
  readonly ending: 'args' | 'refused'
  readonly text: string
} {
  const planning = planVm(spec, facts)
  if (planning.kind === 'refused') return { ending: 'refused', text: lines(planning.problems.map(problemText)) }
  const { plan } = planning
  const run = isThrowaway ? throwawayArgv(plan, '/home/ada/.cache/petri/scratch') : plan
  return {
    ending: 'args',
    text: lines([
      ...plan.warnings.map((warning) => `# ${problemText(warning).replaceAll('\n', '\n# ')}`),
      ...run.preparations.map(preparationText),
      ...run.explained.map(({ args }) => shellQuote(args)),
    ]),
  }
}

function problemText({ code, cure, field, message, severity }: Problem): string {
  return `${severity} ${field === '' ? '(machine)' : field} ${code}: ${message}${cure === undefined ? '' : `\n  ${cure}`}`
}

function preparationText(preparation: Preparation): string {
  switch (preparation.kind) {
    case 'uefi-vars':
      return `# make ${preparation.path} from ${preparation.templatePath} (${preparation.templateFormat})`
    case 'virtiofs':
      return `# start virtiofsd for ${preparation.folder}${preparation.readOnly ? ', read-only,' : ''} on ${preparation.socket}`
    case 'tpm-state':
      return `# make folder ${preparation.folder}`
    case 'overlay':
      return `# make ${preparation.path} above ${preparation.basePath} (${preparation.baseFormat})`
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
