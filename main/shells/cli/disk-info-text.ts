import { type DiskInfo } from '#contract/disk'

import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'

/** What a disk file is, for people: one fact a line. */
export function diskInfoText(info: DiskInfo): string {
  const kind = [info.format ?? 'unknown format', info.subformat, info.version].filter(Boolean).join(', ')
  const lines: (readonly [string, string])[] = [
    ['File', info.path],
    ['Format', kind],
    [
      'Disk',
      info.virtualBytes === undefined ? 'unknown' : `${sizeText(info.virtualBytes)} (${info.virtualBytes} bytes)`,
    ],
    ['On disk', `${sizeText(info.allocatedBytes)}, file size ${sizeText(info.fileBytes)}`],
  ]
  if (info.clusterBytes !== undefined) lines.push(['Clusters', sizeText(info.clusterBytes)])
  const marks = [
    info.encrypted ? 'encrypted' : '',
    info.dirty ? 'not closed properly' : '',
    info.corrupt ? 'marked as damaged' : '',
  ].filter(Boolean)
  if (marks.length > 0) lines.push(['Marks', marks.join(', ')])
  for (const [index, link] of info.chain.slice(1).entries())
    lines.push([
      index === 0 ? 'Lies over' : '',
      `${link.path}${link.problem === undefined ? '' : ` — ${link.problem}`}`,
    ])
  for (const extent of info.extents) lines.push(['Piece', extent])
  for (const snapshot of info.snapshots)
    lines.push(['Snapshot', `${snapshot.name}${snapshot.date === undefined ? '' : `, ${snapshot.date}`}`])
  const { kind: table, partitions, problems } = info.partitionTable
  if (table !== 'unread') lines.push(['Partitions', table === 'none' ? 'none' : table.toUpperCase()])
  for (const part of partitions) {
    const inside = part.fileSystem
      ? `, ${part.fileSystem.type}${part.fileSystem.label === undefined ? '' : ` “${part.fileSystem.label}”`}`
      : ''
    lines.push([
      '',
      `${part.number}: ${sizeText(part.sizeBytes)} at ${sizeText(part.startBytes)}, ${part.type}${inside}${part.bootable ? ', bootable' : ''}`,
    ])
  }
  for (const problem of problems) lines.push(['Problem', problem])
  if (info.fileSystem)
    lines.push([
      'File system',
      `${info.fileSystem.type}${info.fileSystem.label === undefined ? '' : ` “${info.fileSystem.label}”`}`,
    ])
  if (info.device) {
    lines.push(['Device', info.device.model || 'unknown model'])
    for (const mount of info.device.mounted) lines.push(['Mounted', `${mount.device} at ${mount.at}`])
  }
  for (const user of info.users)
    lines.push([
      'In use by',
      `${user.machine === undefined ? '' : `the machine “${user.machine}”, `}${user.command}, process ${user.pid}${user.writing ? ' (writing)' : ''}`,
    ])
  for (const machine of info.machines) lines.push(['Disk of', machine.name])
  if (info.refusal !== undefined) lines.push(['Not opened', info.refusal])
  for (const text of [...info.advice, ...(info.machine?.reasons ?? [])]) lines.push(['', text])
  return lines.map(([name, text]) => `${name.padEnd(12)}${safeText(text)}\n`).join('')
}
