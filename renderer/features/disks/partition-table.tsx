import type { DiskInfo } from '#contract/disk'

import { sizeWords } from '../machines/state-words.ts'

/** What stands on the disk: partitions with their file systems, and what is wrong with the table. */
export function PartitionTable({ info }: { readonly info: DiskInfo }) {
  const { kind, partitions, problems } = info.partitionTable
  const whole = info.fileSystem
  return (
    <section aria-labelledby="partitions-title">
      <h2 id="partitions-title" className="disk-heading">
        {kind === 'none' ? 'No partitions' : `Partitions (${kind.toUpperCase()})`}
      </h2>
      {kind === 'none' && (
        <p className="quiet wrap-anywhere">
          {whole === undefined
            ? 'Neither a partition table nor a file system that Petri knows.'
            : `One file system over the whole disk: ${whole.type}${whole.label === undefined ? '' : ` “${whole.label}”`}.`}
        </p>
      )}
      {problems.map((problem) => (
        <p key={problem} className="tone-bad">
          {problem}
        </p>
      ))}
      {partitions.length > 0 && (
        <div className="panel disk-table">
          <table>
            <thead>
              <tr>
                <th scope="col">No.</th>
                <th scope="col">Size</th>
                <th scope="col">Begins at</th>
                <th scope="col">Type</th>
                <th scope="col">File system</th>
              </tr>
            </thead>
            <tbody>
              {partitions.map((partition) => (
                <tr key={partition.number}>
                  <td className="number">{partition.number}</td>
                  <td className="number">{sizeWords(partition.sizeBytes)}</td>
                  <td className="number">{sizeWords(partition.startBytes)}</td>
                  <td className="wrap-anywhere">
                    {[partition.type, partition.name, partition.bootable ? 'bootable' : undefined]
                      .filter(Boolean)
                      .join(', ')}
                  </td>
                  <td className="wrap-anywhere">
                    {partition.fileSystem === undefined
                      ? 'unknown'
                      : [partition.fileSystem.type, partition.fileSystem.label && `“${partition.fileSystem.label}”`]
                          .filter(Boolean)
                          .join(' ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
