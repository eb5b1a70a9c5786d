import { nodeName } from '../../../domain/qemu/node-name.ts'
import { backendId } from '../../../domain/qemu/network-options.ts'
import type { LiveStep } from '../../../domain/vm/live/live-step.ts'
import { cardPlug, diskPlug } from '../../../domain/vm/live/plug-commands.ts'
import { hostPath } from '../../../domain/vm/sandbox-paths.ts'
import type { Network, VmSpec } from '#contract/vm-spec'
import { setMemoryTarget } from '../set-memory-target.ts'
import { freePort } from './free-port.ts'
import { closeForward, openForward } from './live-forwards.ts'
import { ejectDisc, insertDisc } from './live-discs.ts'
import { changeLiveRecord } from './live-record.ts'
import { type RunningVm, runCommands, tryCommands } from './running-vm.ts'
import { addServedNodes, removeNodes } from './served-nodes.ts'
import { unplugDevice } from './unplug-device.ts'

/** Makes one change in the running machine; `before` is its description without it. Undone as a whole on failure. */
export async function performStep(vm: RunningVm, before: VmSpec, step: LiveStep, force: boolean): Promise<void> {
  const { session } = vm
  switch (step.kind) {
    case 'describe':
      return
    case 'set-memory':
      return await setMemoryTarget(session, step.memoryTargetMiB ?? before.memoryMiB)
    case 'add-forward':
      return await openForward(session, cardOf(before, step.network), step.forward)
    case 'remove-forward':
      return await closeForward(session, cardOf(before, step.network), step.forward)
    case 'insert-disc':
      return await insertDisc(vm, step.drive, step.path, force)
    case 'eject-disc':
      return await ejectDisc(vm, step.drive, force)
    case 'add-disk':
      return await plugDisk(vm, step.disk)
    case 'remove-disk': {
      const node = nodeName('disk', step.disk)
      await devicesChange(vm)
      await unplugDevice(session, node, `Disk “${step.disk}”`)
      return await removeNodes(vm, node)
    }
    case 'add-card':
      return await plugCard(vm, step.network)
    case 'remove-card': {
      const network = cardOf(before, step.network)
      await devicesChange(vm)
      await unplugDevice(session, nodeName('net', network.id), `Network card “${network.id}”`)
      if (network.backend.kind !== 'none') await session.execute('netdev_del', { id: backendId(network) })
      return
    }
  }
}

async function plugDisk(vm: RunningVm, disk: VmSpec['disks'][number]): Promise<void> {
  const { session, decisions } = vm
  const node = nodeName('disk', disk.id)
  const port = disk.bus === 'virtio-scsi' ? undefined : await freePort(session, decisions.profile)
  await devicesChange(vm)
  await addServedNodes(vm, node, { ...disk, path: hostPath(decisions.vmFolder, disk.path) })
  try {
    await runCommands(session, [diskPlug(decisions, disk.id, port)])
  } catch (error) {
    await removeNodes(vm, node)
    throw error
  }
}

async function plugCard(vm: RunningVm, network: Network): Promise<void> {
  const { session, decisions } = vm
  const port = await freePort(session, decisions.profile)
  const commands = cardPlug(decisions, network.id, port)
  await devicesChange(vm)
  try {
    await runCommands(session, commands)
    if (network.backend.kind === 'none')
      await session.execute('set_link', { name: nodeName('net', network.id), up: false })
  } catch (error) {
    if (commands.length > 1)
      await tryCommands(session, [{ execute: 'netdev_del', arguments: { id: backendId(network) } }])
    throw error
  }
}

/** Written before the device comes or goes: a saved memory that does not fit is worse than one that is refused. */
async function devicesChange({ folders, session }: RunningVm): Promise<void> {
  await changeLiveRecord(folders, session.record.vmId, (record) => ({ ...record, devicesChanged: true }))
}

function cardOf({ networks }: VmSpec, id: string): Network {
  const found = networks.find((network) => network.id === id)
  if (!found) throw new Error(`no network card ${id}`)
  return found
}
