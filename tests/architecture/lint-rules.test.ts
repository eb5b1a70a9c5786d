import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One file with an offence per line against the rules that the code style rests on. */
const offences = [
  ['petri(layers)', "import { app } from 'electron'"],
  ['typescript(no-explicit-any)', 'export const anything: any = app'],
  ['typescript(consistent-type-assertions)', 'export const text = anything as string'],
  ['typescript(no-non-null-assertion)', 'export const first = [1][0]!'],
  ['typescript(no-floating-promises)', 'Promise.resolve(text)'],
  [
    'typescript(switch-exhaustiveness-check)',
    "export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1 } return 2 }",
  ],
  ['import(no-default-export)', 'export default text'],
  ['eslint(no-console)', 'console.log(first)'],
] as const

describe('the linter', () => {
  let folder = ''
  let reported: readonly { rule: string; line: number }[] = []

  beforeAll(() => {
    // Inside a layer, because the rules about layers go by where a file lies.
    folder = mkdtempSync(join(root, 'main/domain/.lint-fixture-'))
    const file = join(folder, 'offences.ts')
    writeFileSync(file, offences.map(([, line]) => `${line}\n`).join(''))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'json', '--no-ignore', file], {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    })
    reported = reportSchema
      .parse(JSON.parse(stdout))
      .diagnostics.map(({ code, labels }) => ({ rule: code, line: labels[0]?.span.line ?? 0 }))
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(offences.map(([rule], index) => [rule, index + 1] as const))('refuses %s', (rule, line) => {
    expect(reported).toContainEqual({ rule, line })
  })
})

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({ code: z.string(), labels: z.array(z.object({ span: z.object({ line: z.number() }) })) }),
  ),
})
