import type { DiskInfo } from '#contract/disk'

import type { Fact } from '../../ui/fact-list.tsx'
import { sizeWords } from '../machines/state-words.ts'
import { formatLine } from './disk-words.ts'

/** A disk in words, in the order in which people ask. */
export function diskFacts(info: DiskInfo): readonly Fact[] {
  const marks = [
    ...(info.encrypted ? ['Encrypted'] : []),
    ...(info.dirty ? ['Not closed properly'] : []),
    ...(info.corrupt ? ['Marked as damaged'] : []),
  ]
  const facts: readonly Fact[] = [
    { name: 'Format', lines: [formatLine(info)] },
    {
      name: 'Disk size',
      lines: [
        info.virtualBytes === undefined
          ? 'Not known before it is unpacked'
          : `${sizeWords(info.virtualBytes)} (${info.virtualBytes} bytes)`,
      ],
    },
    { name: 'Takes', lines: [`${sizeWords(info.allocatedBytes)} on the disk, file size ${sizeWords(info.fileBytes)}`] },
    { name: 'Clusters', lines: info.clusterBytes === undefined ? [] : [sizeWords(info.clusterBytes)] },
    {
      name: 'Compression',
      lines: info.compression === undefined ? [] : [`${info.compression}, of clusters that are compressed`],
    },
    { name: 'Marks', lines: marks },
    { name: 'Pieces', lines: info.extents, code: true },
    {
      name: 'Snapshots',
      lines: info.snapshots.map(({ name, date }) => (date === undefined ? name : `${name}, ${date.slice(0, 10)}`)),
    },
    {
      name: 'Device',
      lines:
        info.device === undefined
          ? []
          : [
              info.device.model || 'Unknown model',
              ...info.device.mounted.map(({ device, at }) => `${device} is mounted at ${at}`),
            ],
    },
    {
      name: 'In use by',
      lines: info.users.map(
        ({ pid, command, writing, machine }) =>
          `${machine === undefined ? '' : `Machine “${machine}”, `}${command}, process ${pid}${writing ? ', writing' : ''}`,
      ),
    },
    { name: 'Disk of', lines: info.machines.map(({ name }) => name) },
    { name: 'Advice', lines: [...info.advice, ...(info.machine?.reasons ?? [])] },
  ]
  return facts.filter(({ lines }) => lines.length > 0)
}
