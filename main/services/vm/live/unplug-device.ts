import { QmpError } from '../../qemu/qmp-client.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmSession } from '../vm-session.ts'

/** How long a guest may take to let go of a device, in ms. PCI Express alone waits 5 s for a second press. */
const RELEASE_LIMIT_MS = 12_000

/**
 * Asks the guest to let go of a device and waits until it has. Throws RefusedError when the device cannot be taken out
 * while the machine runs, or the guest keeps it.
 */
export async function unplugDevice(session: VmSession, device: string, what: string): Promise<void> {
  let released = () => {}
  const deleted = new Promise<'deleted'>((resolve) => {
    released = () => resolve('deleted')
  })
  const end = session.onQmpEvent(({ name, data }) => {
    if (name === 'DEVICE_DELETED' && data['device'] === device) released()
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), RELEASE_LIMIT_MS)
  })
  try {
    await session.execute('device_del', { id: device }).catch((error: unknown) => {
      if (error instanceof QmpError && error.errorClass === 'DeviceNotFound') released()
      else throw whyNot(error, what)
    })
    if ((await Promise.race([deleted, late])) === 'late') throw keptByGuest(what)
  } finally {
    clearTimeout(timer)
    end()
  }
}

function whyNot(error: unknown, what: string): unknown {
  if (!(error instanceof QmpError)) return error
  if (!/not support hotplug|not hotpluggable/i.test(error.message)) return error
  return new RefusedError(
    {
      code: 'conflict',
      title: `${what} cannot be taken out while the machine is running`,
      evidence: error.message,
      cause: 'It was there when the machine started, and sits where nothing can come or go.',
      cure: { text: 'Shut the machine down first.' },
    },
    error,
  )
}

const keptByGuest = (what: string) =>
  new RefusedError({
    code: 'not-answering',
    title: `The guest does not let go of ${what}`,
    cause: `It was asked and has not answered within ${RELEASE_LIMIT_MS / 1000} s: it may still be booting, be paused, or use the device.`,
    cure: { text: 'Unmount it in the guest and try again, or shut the machine down first.' },
  })
