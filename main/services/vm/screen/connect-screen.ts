import { join } from 'node:path'

import { runtimeNames } from '../../../domain/vm/runtime-names.ts'
import type { ByteChannel } from '../../../system/byte-channel.ts'
import { connectUnixChannel, UnixChannelError } from '../../../system/socket/unix-channel.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmContext } from '../vm-context.ts'
import { runningScreen } from './running-screen.ts'

/** Connects to the VNC socket of this start of the machine. Throws an Error whose message is for people. */
export async function connectScreen(context: VmContext, id: string, signal: AbortSignal): Promise<ByteChannel> {
  try {
    const { record } = runningScreen(context, id)
    const { vnc } = runtimeNames(context.library.spec(id), record.nonce)
    return await connectUnixChannel(join(context.folders.sockets(id), vnc ?? ''), { signal })
  } catch (error) {
    if (error instanceof RefusedError) throw new Error(`${error.failure.title}.`, { cause: error })
    if (error instanceof UnixChannelError)
      throw new Error('QEMU does not answer on the socket of the screen.', { cause: error })
    throw error
  }
}
