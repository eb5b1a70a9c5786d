/** One row of HMP `info usernet`. Addresses and ports as QEMU prints them. */
export interface UsernetRow {
  /** The id of the netdev, as `net-lan-link`. */
  readonly netdev: string
  readonly protocol: 'tcp' | 'udp'
  /** `HOST_FORWARD` for an open port of the host; else the connection's state. */
  readonly state: string
  readonly sourceAddress: string
  readonly sourcePort: number
  readonly targetAddress: string
  readonly targetPort: number
}

/**
 * Reads `info usernet` (seen with QEMU 7.2): a header `Hub -1 (net-lan-link):` per stack, then a row per socket. What is
 * not understood is left out: ICMP rows, and headers of other versions only name another netdev.
 */
export function parseUsernet(text: string): readonly UsernetRow[] {
  let netdev = ''
  const rows: UsernetRow[] = []
  for (const line of text.split('\n')) {
    const header = /^Hub -?\d+ \(([^)]+)\):|^([^\s:]+):\s*$/.exec(line.trim())
    if (header) netdev = header[1] ?? header[2] ?? ''
    const row = /^(TCP|UDP)\[(.+?)\]\s+-?\d+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)/.exec(line.trim())
    if (!row) continue
    const [, protocol, state = '', sourceAddress = '', sourcePort, targetAddress = '', targetPort] = row
    rows.push({
      netdev,
      protocol: protocol === 'UDP' ? 'udp' : 'tcp',
      state,
      sourceAddress: sourceAddress === '*' ? '0.0.0.0' : sourceAddress,
      sourcePort: Number(sourcePort),
      targetAddress,
      targetPort: Number(targetPort),
    })
  }
  return rows
}
