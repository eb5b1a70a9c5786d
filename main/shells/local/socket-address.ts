import { closeSync, constants, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Bytes of `sun_path` in Linux without the final NUL: a longer path is cut or refused. */
const MAX_SOCKET_PATH_BYTES = 107

/** A path that fits into a socket address, valid until `release`. */
export interface SocketAddress {
  readonly path: string
  release(): void
}

/**
 * Names a Unix socket by a path that fits, however deep its folder lies: a long one goes through the open folder in
 * /proc/self/fd. Throws the file system's error when the folder is not there.
 */
export function socketAddress(path: string): SocketAddress {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, release: () => undefined }
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, release: () => closeSync(folder) }
}
