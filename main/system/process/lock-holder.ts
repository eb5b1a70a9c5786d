import { readFile, stat } from 'node:fs/promises'

/**
 * Pid of the process that holds a POSIX (fcntl) lock on this file, from /proc/locks; undefined when nobody does or the
 * file is not there. QEMU locks its pid file so for as long as it lives (`qemu_write_pidfile`).
 */
export async function lockHolder(path: string): Promise<number | undefined> {
  const file = await stat(path, { bigint: true }).catch(() => undefined)
  if (!file) return undefined
  const key = `${hex(major(file.dev))}:${hex(minor(file.dev))}:${file.ino}`
  for (const line of (await readFile('/proc/locks', 'utf8')).split('\n')) {
    // 1: POSIX  ADVISORY  WRITE 3928 fe:00:2154504 0 EOF
    const words = line.trim().split(/\s+/)
    if (words[1] === 'POSIX' && words[5] === key) {
      const pid = Number(words[4])
      return pid > 0 ? pid : undefined
    }
  }
  return undefined
}

// Bit layout of dev_t in the C library: gnu_dev_major(3).
const major = (dev: bigint) => ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
const minor = (dev: bigint) => (dev & 0xffn) | ((dev >> 12n) & ~0xffn)
const hex = (value: bigint) => value.toString(16).padStart(2, '0')
