import { writeFile } from 'node:fs/promises'
import { createReadStream, createWriteStream } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { sha256OfFile } from '../../system/files/sha256-of-file.ts'
import { CommandError } from '../../system/process/run-command.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { runDiskTool, workLimits } from '../qemu/run-disk-tool.ts'
import { convertProgress } from '../../domain/disk/convert-progress.ts'
import type { DiskContext } from './disk-context.ts'
import { measurePlace, refuseTooLarge } from './measure-place.ts'
import { openSource } from './open-source.ts'
import { refuseInUse } from './refuse-in-use.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'

/** Compares what two disks show, whatever their formats. Different is an answer, not a failure. */
export async function compareDisks(
  wish: { readonly a: string; readonly b: string; readonly backing: readonly string[] },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  const [a, b] = [
    await openSource({ path: wish.a, backing: wish.backing }),
    await openSource({ path: wish.b, backing: wish.backing }),
  ]
  refuseInUse([...a.files, ...b.files], context)
  let words = ''
  const progress = convertProgress()
  work.progress({ phase: 'Comparing' })
  try {
    await runDiskTool(['qemu-img', 'compare', '-p', '-f', a.format, '-F', b.format, a.path, b.path], {
      readOnly: [...new Set([...a.files, ...b.files])],
      limits: workLimits,
      signal: work.signal,
      onOutput(chunk) {
        words = (words + chunk).slice(-2000)
        const part = progress(chunk)
        if (part !== undefined) work.progress({ phase: 'Comparing', progress: part })
      },
    })
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== 1 || error.reason !== 'failed') throw error
    const at = /at offset (\d+)/.exec(words)?.[1]
    return {
      summary: `${basename(a.path)} and ${basename(b.path)} differ${at === undefined ? '' : `, first at byte ${at}`}.`,
      result: { equal: false, ...(at !== undefined && { firstDifference: Number(at) }) },
    }
  }
  return { summary: `${basename(a.path)} and ${basename(b.path)} show the same.`, result: { equal: true } }
}

/** SHA-256 of a file as it is. */
export async function checksumDisk(path: string, work: JobWork): Promise<JobOutcome> {
  const { path: real, fileBytes } = await openSource({ path, packed: true, sourceFormat: 'raw' })
  let doneBytes = 0
  const sha256 = await sha256OfFile(real, {
    signal: work.signal,
    pausePoint: work.pausePoint,
    onBytes: (count) => work.progress({ phase: 'Reading', doneBytes: (doneBytes += count), totalBytes: fileBytes }),
  })
  return { summary: `SHA-256 ${sha256}`, result: { sha256, bytes: fileBytes } }
}

/** Cuts a file into pieces that fit on FAT32. `cat` joins them; a list of digests proves the whole. */
export async function splitDisk(
  wish: { readonly path: string; readonly folder: string; readonly pieceBytes: number },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  const source = await openSource({ path: wish.path, packed: true, sourceFormat: 'raw' })
  const name = basename(source.path)
  refuseInUse([source.path], context)
  const count = Math.ceil(source.fileBytes / wish.pieceBytes)
  const pieces = Array.from({ length: count }, (_, index) => `${name}.${String(index + 1).padStart(3, '0')}`)
  const list = `${name}.sha256`
  for (const piece of [...pieces, list]) await refuseExisting(join(wish.folder, piece))
  refuseTooLarge(join(wish.folder, name), await measurePlace(join(wish.folder, name)), source.fileBytes, true)
  await using folder = await openWorkFolder(join(wish.folder, name), context.journal)
  let doneBytes = 0
  for (const [index, piece] of pieces.entries()) {
    const start = index * wish.pieceBytes
    const input = createReadStream(source.path, { start, end: Math.min(start + wish.pieceBytes, source.fileBytes) - 1 })
    input.on('data', (chunk) =>
      work.progress({ phase: 'Splitting', doneBytes: (doneBytes += chunk.length), totalBytes: source.fileBytes }),
    )
    await pipeline(input, createWriteStream(join(folder.path, piece), { flags: 'wx' }), { signal: work.signal })
    await work.pausePoint()
  }
  work.progress({ phase: 'Making the digest' })
  const sha256 = await sha256OfFile(source.path, { signal: work.signal })
  await writeFile(join(folder.path, list), `${sha256}  ${name}\n`)
  await folder.publish(list)
  return {
    summary: `Made ${count} ${count === 1 ? 'piece' : 'pieces'} of ${name}. Join them with: cat ${name}.[0-9]* > ${name}`,
    result: { pieces: pieces.map((piece) => join(wish.folder, piece)), sha256, bytes: source.fileBytes },
  }
}
