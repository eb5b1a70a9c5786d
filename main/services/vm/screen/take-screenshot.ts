import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { runtimeSandboxFolder } from '../../../domain/vm/sandbox-paths.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmContext } from '../vm-context.ts'
import { runningScreen } from './running-screen.ts'

/** Largest picture that is read, in bytes: a guest chooses the size of its screen. */
const PICTURE_MAX_BYTES = 32 * 1024 * 1024
/** How long QEMU may take to write the picture, in ms. */
const PICTURE_LIMIT_MS = 20_000
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * The guest's picture as a PNG file. QEMU writes it into its own runtime folder, the one place its sandbox lets it
 * write; it is read without following links, because a guest that broke out into QEMU could put one there.
 */
export async function takeScreenshot(context: VmContext, id: string): Promise<Buffer> {
  const session = runningScreen(context, id)
  const name = `screen-${randomBytes(6).toString('hex')}.png`
  const path = join(context.folders.sockets(id), name)
  try {
    // The `format` argument came with QEMU 7.1; an older one refuses it in its own words.
    await session.execute(
      'screendump',
      { filename: `${runtimeSandboxFolder}/${name}`, format: 'png' },
      PICTURE_LIMIT_MS,
    )
    return await readPicture(path)
  } finally {
    await rm(path, { force: true })
  }
}

/** Reads a picture that QEMU wrote. Throws RefusedError when it is none. */
export async function readPicture(path: string): Promise<Buffer> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const stats = await file.stat()
  if (!stats.isFile() || stats.size > PICTURE_MAX_BYTES) throw notAPicture(`${stats.size} bytes`)
  const picture = Buffer.alloc(stats.size)
  const { bytesRead } = await file.read(picture, 0, stats.size, 0)
  if (bytesRead !== stats.size || !picture.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE))
    throw notAPicture('it is not a PNG file')
  return picture
}

const notAPicture = (evidence: string) =>
  new RefusedError({
    code: 'command-failed',
    title: 'QEMU wrote no usable picture of the screen',
    evidence,
    cure: { text: 'Try again; if the machine is being reset at this moment, its screen comes back shortly.' },
  })
