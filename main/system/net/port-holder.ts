import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * Who listens on a port of this host, in words; undefined when nobody does.
 *
 * From /proc/net/{tcp,udp}{,6}: the socket's inode is looked for among this user's processes; other users' processes
 * cannot be seen, and then the user's number is named.
 */
export function portHolder(protocol: 'tcp' | 'udp', port: number): string | undefined {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of [protocol, `${protocol}6`]) {
    for (const line of readText(`/proc/net/${table}`).split('\n').slice(1)) {
      const words = line.trim().split(/\s+/)
      const listening = protocol === 'udp' || words[3] === '0A'
      if (!listening || !words[1]?.endsWith(`:${hexPort}`)) continue
      return processOfSocket(words[9] ?? '') ?? `a process of user number ${words[7] ?? '?'}`
    }
  }
  return undefined
}

function processOfSocket(inode: string): string | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const owns = readdirSync(`/proc/${pid}/fd`).some(
        (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
      )
      if (owns) return `${readText(`/proc/${pid}/comm`).trim()}, process ${pid}`
    } catch {
      continue // another user's process, or one that ended meanwhile
    }
  }
  return undefined
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no IPv6 on this host
  }
}
