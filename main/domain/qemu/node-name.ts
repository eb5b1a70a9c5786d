/** Room for `-data` and `-file` below the 31 characters QEMU allows a block node's name. */
const longestStem = 26

/**
 * QEMU's name of a device of the machine: `disk-root`, `net-lan`. Letter first, unique for unique ids, at most 26
 * characters; of a longer one the beginning and a checksum remain.
 */
export function nodeName(kind: 'disk' | 'cd' | 'net', id: string): string {
  const name = `${kind}-${id}`
  return name.length <= longestStem ? name : `${name.slice(0, longestStem - 9)}-${checksum32(id)}`
}

/** FNV-1a over UTF-16 units, as 8 hex digits: spreads short ids well, promises nothing against intent. */
export function checksum32(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
