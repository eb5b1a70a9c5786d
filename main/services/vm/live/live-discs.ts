import { nodeName } from '../../../domain/qemu/node-name.ts'
import { hostPath } from '../../../domain/vm/sandbox-paths.ts'
import { QmpError } from '../../qemu/qmp-client.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmSession } from '../vm-session.ts'
import { type RunningVm } from './running-vm.ts'
import { addServedNodes, removeNodes } from './served-nodes.ts'

/** How long a guest may take to open a drive that it had locked, in ms. */
const UNLOCK_LIMIT_MS = 4_000

/** Takes the disc out, if there is one, and leaves the drive closed and empty. */
export async function ejectDisc(vm: RunningVm, drive: string, force: boolean): Promise<void> {
  const { session } = vm
  const node = nodeName('cd', drive)
  await openTray(session, node, force)
  await session.execute('blockdev-remove-medium', { id: node })
  await session.execute('blockdev-close-tray', { id: node })
  await removeNodes(vm, node)
}

/** Puts a disc into a drive, in place of the one that is in it. */
export async function insertDisc(vm: RunningVm, drive: string, path: string, force: boolean): Promise<void> {
  const { session, decisions } = vm
  const node = nodeName('cd', drive)
  const file = { path: hostPath(decisions.vmFolder, path), format: 'raw', readOnly: true } as const
  await addServedNodes(
    vm,
    node,
    { ...file, cache: 'writeback', discard: 'ignore' },
    async () => await ejectDisc(vm, drive, force),
  )
  await session.execute('blockdev-open-tray', { id: node, force: true })
  await session.execute('blockdev-insert-medium', { id: node, 'node-name': `${node}-data` })
  await session.execute('blockdev-close-tray', { id: node })
}

/** A locked drive is opened by the guest, which hears of the request, or by force. */
async function openTray(session: VmSession, node: string, force: boolean): Promise<void> {
  let opened = () => {}
  const tray = new Promise<'open'>((resolve) => {
    opened = () => resolve('open')
  })
  const end = session.onQmpEvent(({ name, data }) => {
    if (name === 'DEVICE_TRAY_MOVED' && data['id'] === node && data['tray-open'] === true) opened()
  })
  let timer: NodeJS.Timeout | undefined
  try {
    await session.execute('blockdev-open-tray', { id: node, force })
  } catch (error) {
    if (!(error instanceof QmpError) || !/locked/i.test(error.message)) throw error
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), UNLOCK_LIMIT_MS)
    })
    if ((await Promise.race([tray, late])) === 'late') throw heldByGuest(error)
  } finally {
    clearTimeout(timer)
    end()
  }
}

const heldByGuest = (cause: QmpError) =>
  new RefusedError(
    {
      code: 'conflict',
      title: 'The guest holds the disc',
      evidence: cause.message,
      cause: 'It has locked the drive, as it does while the disc is mounted, and was asked to open it in vain.',
      cure: { text: 'Unmount the disc in the guest, or eject it by force.' },
    },
    cause,
  )
