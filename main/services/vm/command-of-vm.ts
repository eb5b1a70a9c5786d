import { join } from 'node:path'

import { type HelperCommand, machineScript } from '../../domain/vm/machine-script.ts'
import type { VmPlan } from '../../domain/vm/vm-plan.ts'
import type { CommandDiff } from '#contract/vm-state'
import { readLastStart } from './last-start.ts'
import { prepareVm, swtpmArgv } from './prepare-vm.ts'
import { decide } from './start-vm.ts'
import { virtiofsArgv } from './start-virtiofs.ts'
import type { VmContext } from './vm-context.ts'

/** The plan for the machine as stored, with its folders and files made, so that its command can be run by hand. */
export async function commandOfVm(context: VmContext, id: string): Promise<VmPlan> {
  const running = context.sessions.get(id)
  // The nonce of a running machine gives the very command that it was started with.
  if (running) return await decide(context, context.library.spec(id), running.record.nonce)
  const plan = await decide(context, context.library.spec(id))
  await prepareVm(plan, context.folders)
  return plan
}

/** The command of today beside that of the last start, both with the same names of sockets. */
export async function commandDiffOfVm(context: VmContext, id: string): Promise<CommandDiff> {
  const last = await readLastStart(context.folders, id)
  const spec = context.library.spec(id)
  if (last === undefined) return { options: [] }
  const { explained } = await decide(context, spec, last.nonce)
  const { diffOptions } = await import('./diff-options.ts')
  const now = explained.map(({ args }) => args)
  return { startedAt: last.at, options: diffOptions(last.options, now) }
}

/** The machine as a shell script that needs Petri no more. */
export async function scriptOfVm(context: VmContext, id: string): Promise<string> {
  const plan = await decide(context, context.library.spec(id))
  const { swtpmPath, virtiofsdPath } = await context.host.facts()
  const sockets = context.folders.sockets(id)
  const helpers = plan.preparations.flatMap((preparation): readonly HelperCommand[] => {
    if (preparation.kind === 'virtiofs' && virtiofsdPath !== undefined) {
      const about = `Shares the folder ${preparation.folder} with the guest; ends with QEMU.`
      const argv = virtiofsArgv(preparation, sockets, virtiofsdPath)
      return [{ about, argv, socketPath: join(sockets, preparation.socket) }]
    }
    if (preparation.kind === 'tpm-state' && swtpmPath !== undefined && plan.names.swtpm !== undefined) {
      const socketPath = join(sockets, plan.names.swtpm)
      const argv = swtpmArgv(swtpmPath, preparation.folder, socketPath)
      return [{ about: 'The TPM, a program of its own; ends with QEMU.', argv, socketPath }]
    }
    return []
  })
  return machineScript(plan, helpers)
}
