/** One member of an archive, as its header says. */
export interface ArchiveEntry {
  readonly name: string
  readonly type: string
  readonly sizeBytes: number
  readonly mode: number
  readonly linkName: string | undefined
}

export interface ArchiveLimits {
  readonly entries: number
  readonly totalBytes: number
  readonly nameBytes: number
  readonly depth: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 200_000,
  totalBytes: 64 * 1024 ** 3,
  nameBytes: 4095,
  depth: 100,
}

export interface ArchiveFindings {
  readonly entries: number
  readonly totalBytes: number
  /** What is not unpacked, in words. */
  readonly leftOut: readonly string[]
  /** The members that are not unpacked, by their names in the archive. */
  readonly leftOutNames: readonly string[]
}

/** Why an archive is refused, for a person. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused'
}

export interface ArchiveGate {
  look(entry: ArchiveEntry): void
  findings(): ArchiveFindings
}

/**
 * Looks at the members of an archive one after the other. Throws `ArchiveRefused` at the first that an honest archive of a
 * root file system never has; devices and pipes are left out and counted, set-uid bits are kept and counted (inside
 * the container they give the rights of a user of the container, and nobody else reaches the folder).
 */
export function createArchiveGate(limits: ArchiveLimits = ARCHIVE_LIMITS): ArchiveGate {
  let entries = 0
  let totalBytes = 0
  let devices = 0
  let pipes = 0
  let setUid = 0
  const leftOutNames: string[] = []
  return {
    look(entry) {
      entries++
      if (entries > limits.entries) throw new ArchiveRefused(`it has more than ${limits.entries} entries`)
      refuseName(entry.name, limits)
      if (!Number.isSafeInteger(entry.sizeBytes) || entry.sizeBytes < 0)
        throw new ArchiveRefused(`"${shown(entry.name)}" has no sensible size`)
      switch (entry.type) {
        case 'file':
        case 'contiguous-file':
          totalBytes += entry.sizeBytes
          if (totalBytes > limits.totalBytes)
            throw new ArchiveRefused(`it would take more than ${Math.round(limits.totalBytes / 1024 ** 3)} GiB`)
          if ((entry.mode & 0o6000) !== 0) setUid++
          return
        case 'directory':
          return
        case 'symlink':
          if ((entry.linkName ?? '') === '') throw new ArchiveRefused(`the link "${shown(entry.name)}" points nowhere`)
          return
        case 'link':
          refuseName(entry.linkName ?? '', limits, `the hard link "${shown(entry.name)}" to `)
          return
        case 'character-device':
        case 'block-device':
          devices++
          leftOutNames.push(entry.name)
          return
        case 'fifo':
          pipes++
          leftOutNames.push(entry.name)
          return
        default:
          throw new ArchiveRefused(`"${shown(entry.name)}" is of an unknown kind (${entry.type})`)
      }
    },
    findings() {
      if (entries === 0) throw new ArchiveRefused('nothing is in it')
      return {
        entries,
        totalBytes,
        leftOutNames,
        leftOut: [
          ...(devices > 0 ? [`${devices} device files: the container makes its own`] : []),
          ...(pipes > 0 ? [`${pipes} named pipes`] : []),
          ...(setUid > 0
            ? [`nothing of ${setUid} set-uid programs; under emulation they run without their owner’s rights`]
            : []),
        ],
      }
    },
  }
}

function refuseName(name: string, limits: ArchiveLimits, what = ''): void {
  if (name === '') throw new ArchiveRefused(`${what}a member without a name`)
  if (name.includes('\0')) throw new ArchiveRefused(`${what}"${shown(name)}" has a NUL byte in its name`)
  if (name.startsWith('/')) throw new ArchiveRefused(`${what}"${shown(name)}" begins at the root of the host`)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw new ArchiveRefused(`${what}"${shown(name)}" leads out of the folder`)
  if (parts.length > limits.depth) throw new ArchiveRefused(`${what}"${shown(name)}" lies ${parts.length} folders deep`)
  if (name.length > limits.nameBytes) throw new ArchiveRefused(`${what}a name is too long`)
}

/** Names come from outside: control characters and endless lengths are not shown. */
function shown(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it replaces
  return name.slice(0, 120).replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?')
}
