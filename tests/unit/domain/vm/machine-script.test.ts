import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { machineScript } from '../../../../main/domain/vm/machine-script.ts'
import { planVm } from '../../../../main/domain/vm/plan-vm.ts'
import { readArgvCases } from '../../../golden/argv-case.ts'

const plans = readArgvCases().flatMap(({ facts, name, spec }) => {
  const planning = planVm(spec, facts)
  return planning.kind === 'planned' ? [[name, planning.plan] as const] : []
})
const helper = { about: 'A\nTPM; rm -rf "$HOME"', argv: ['swtpm', "it's"], socketPath: '/run/a b.sock' }

describe('a machine as a shell script', () => {
  it.each(plans)('%s becomes the very command of its plan', (_name, plan) => {
    const script = machineScript(plan, [])
    execFileSync('sh', ['-n'], { input: script })
    const words = script.slice(script.indexOf('\nset --\n')).replace('exec "$@"', String.raw`printf '%s\0' "$@"`)
    expect(execFileSync('sh', ['-s'], { input: words, encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(plan.argv)
  })

  it('starts what has to listen first, and lets no text out of its comment', () => {
    const [, plan] = plans[0] ?? []
    if (plan === undefined) throw new Error('there are no golden cases')
    const script = machineScript({ ...plan, spec: { ...plan.spec, name: 'x\nreboot\u0085\u2028reboot' } }, [helper])
    execFileSync('sh', ['-n'], { input: script })
    expect(script).toContain("rm -f '/run/a b.sock'\nswtpm 'it'\\''s' &\nwait_for '/run/a b.sock'\n")
    expect(script).toContain('\n# A TPM; rm -rf "$HOME"\n')
    expect(script.split(/[\n\r\u0085\u2028]/).filter((line) => line.startsWith('reboot'))).toEqual([])
    expect(script.indexOf('wait_for()')).toBeLessThan(script.indexOf('wait_for '))
  })
})
