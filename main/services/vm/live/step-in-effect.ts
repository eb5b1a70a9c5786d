import { z } from 'zod'

import { nodeName } from '../../../domain/qemu/node-name.ts'
import type { LiveStep } from '../../../domain/vm/live/live-step.ts'
import type { VmSpec } from '#contract/vm-spec'
import type { VmSession } from '../vm-session.ts'
import { isForwardOpen, usernetRows } from './live-forwards.ts'

const devicesSchema = z.array(z.object({ name: z.string() }))
const blockSchema = z.array(z.object({ qdev: z.string().optional(), inserted: z.unknown().optional() }))

/** Whether a step whose end nobody saw has happened in the running machine. */
export async function isStepInEffect(session: VmSession, spec: VmSpec, step: LiveStep): Promise<boolean> {
  switch (step.kind) {
    case 'describe':
    case 'set-memory':
      return true // nothing in the machine depends on whether it is asked again
    case 'add-disk':
      return await hasDevice(session, nodeName('disk', step.disk.id))
    case 'remove-disk':
      return !(await hasDevice(session, nodeName('disk', step.disk)))
    case 'add-card':
      return await hasDevice(session, nodeName('net', step.network.id))
    case 'remove-card':
      return !(await hasDevice(session, nodeName('net', step.network)))
    case 'insert-disc':
      return await hasDisc(session, nodeName('cd', step.drive))
    case 'eject-disc':
      return !(await hasDisc(session, nodeName('cd', step.drive)))
    case 'add-forward':
      return await isOpen(session, spec, step)
    case 'remove-forward':
      return !(await isOpen(session, spec, step))
  }
}

async function hasDevice(session: VmSession, id: string): Promise<boolean> {
  const devices = devicesSchema.parse(await session.execute('qom-list', { path: '/machine/peripheral' }))
  return devices.some(({ name }) => name === id)
}

async function hasDisc(session: VmSession, id: string): Promise<boolean> {
  const blocks = blockSchema.parse(await session.execute('query-block'))
  return blocks.some(({ qdev, inserted }) => qdev === id && inserted !== undefined)
}

async function isOpen(
  session: VmSession,
  spec: VmSpec,
  { network, forward }: Extract<LiveStep, { kind: 'add-forward' | 'remove-forward' }>,
): Promise<boolean> {
  const card = spec.networks.find(({ id }) => id === network)
  return card !== undefined && isForwardOpen(await usernetRows(session), card, forward)
}
