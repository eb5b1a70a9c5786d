/**
 * @typedef {object} ArchiveEntry
 * @property {string} path Relative, without a leading `./`.
 * @property {'file' | 'directory' | 'symlink' | 'character-device'} kind
 * @property {number} mode Permission bits, such as 0o755.
 * @property {Uint8Array} [content] A file's bytes, or where a symlink points.
 * @property {readonly [number, number]} [device] Major and minor number of a character device.
 */

const KIND_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000, 'character-device': 0o020000 }

/**
 * Writes an initramfs in the kernel's "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst).
 * Everything belongs to root and has no time stamp, so equal entries give equal bytes; writing the archive by hand is
 * what lets an ordinary user put device nodes into it.
 *
 * @param {readonly ArchiveEntry[]} entries Folders come before what they hold.
 * @returns {Buffer}
 */
export function cpioArchive(entries) {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1))
  return Buffer.concat([...parts, ...record({ path: 'TRAILER!!!', kind: 'file', mode: 0 }, 0)])
}

/**
 * @param {ArchiveEntry} entry
 * @param {number} inode
 * @returns {Buffer[]}
 */
function record({ path, kind, mode, content = new Uint8Array(), device = [0, 0] }, inode) {
  const name = Buffer.from(`${path}\0`)
  const fields = [inode, KIND_BITS[kind] | mode, 0, 0, 1, 0, content.length, 0, 0, ...device, name.length, 0]
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`
  return [padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(content))]
}

/**
 * The format aligns every name and every content to four bytes.
 *
 * @param {Buffer} bytes
 */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
