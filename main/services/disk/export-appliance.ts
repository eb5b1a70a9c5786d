import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { writeManifest } from '../../domain/disk/ovf-manifest.ts'
import { type PackedDisk, writeOvf } from '../../domain/disk/write-ovf.ts'
import { sha256OfFile } from '../../system/files/sha256-of-file.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { convertDisk } from './convert-disk.ts'
import type { DiskContext, ExportedMachine } from './disk-context.ts'
import { openSource } from './open-source.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'
import { lookAtFile } from './look-at-file.ts'
import { walkChain } from './walk-chain.ts'

/** Writes a machine as an OVA: descriptor, manifest, and its disks as streamOptimized VMDK, each compared. */
export async function exportAppliance(
  { id, target }: { readonly id: string; readonly target: string },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  await refuseExisting(target)
  const machine = context.machineToExport(id)
  const { spec } = machine
  await using parts = await openWorkFolder(target, context.journal)
  await using whole = await openWorkFolder(target, context.journal)
  const base =
    basename(target)
      .replace(/\.ova$/i, '')
      .replaceAll(/[^\w.-]/g, '_') || 'machine'
  const disks: (PackedDisk & { readonly path: string })[] = []
  for (const [index, source] of machine.diskPaths.entries()) {
    const href = `${base}-disk${index + 1}.vmdk`
    const path = join(parts.path, href)
    const backing = await ownChain(source)
    const options = { subformat: 'streamOptimized', adapter_type: 'lsilogic' }
    await convertDisk(
      { source, target: path, format: 'vmdk', options, verify: true, backing: [...backing], confirmDevice: false },
      context,
      work,
    )
    const { virtualBytes, fileBytes } = await openSource({ path: source, backing })
    disks.push({ href, path, fileBytes: (await stat(path)).size, virtualBytes: virtualBytes ?? fileBytes })
  }
  const {
    kernel: _kernel,
    cdroms: _cdroms,
    id: _id,
    uuid: _uuid,
    version: _version,
    createdAt: _createdAt,
    ...draft
  } = spec
  const ovf = writeOvf(
    spec,
    disks,
    JSON.stringify({
      ...draft,
      disks: spec.disks.map(({ bus, cache, discard, readOnly }) => ({ bus, cache, discard, readOnly })),
    }),
  )
  work.progress({ phase: 'Making the digests' })
  const digests = new Map<string, string>([[`${base}.ovf`, sha256OfText(ovf)]])
  for (const disk of disks)
    digests.set(disk.href, await sha256OfFile(disk.path, { signal: work.signal, pausePoint: work.pausePoint }))
  await pack(
    join(whole.path, basename(target)),
    [
      { name: `${base}.ovf`, text: ovf },
      { name: `${base}.mf`, text: writeManifest(digests) },
      ...disks.map(({ href, path, fileBytes }) => ({ name: href, path, fileBytes })),
    ],
    work,
  )
  await whole.publish(basename(target))
  const dropped = droppedOf(machine)
  const bytes = (await stat(target)).size
  return {
    summary: `Made ${basename(target)}${dropped.length === 0 ? '' : `; not in it: ${dropped.join(', ')}`}.`,
    result: { target, bytes, dropped, disks: disks.length },
  }
}

type Part =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly path: string; readonly fileBytes: number }

async function pack(target: string, parts: readonly Part[], work: JobWork): Promise<void> {
  const { pack: createPack } = await import('tar-stream')
  const tar = createPack()
  const written = pipeline(tar, createWriteStream(target, { flags: 'wx' }), { signal: work.signal })
  // A failure is told by the await at the end; until then it must not count as unhandled.
  written.catch(() => {})
  const totalBytes = parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : part.fileBytes), 0)
  let doneBytes = 0
  for (const part of parts) {
    if ('text' in part) {
      tar.entry({ name: part.name, mode: 0o644 }, part.text)
      continue
    }
    const entry = tar.entry({ name: part.name, mode: 0o644, size: part.fileBytes })
    const input = createReadStream(part.path)
    input.on('data', (chunk) => work.progress({ phase: 'Packing', doneBytes: (doneBytes += chunk.length), totalBytes }))
    await pipeline(input, entry, { signal: work.signal })
  }
  tar.finalize()
  await written
}

/** The files below a machine's own disk: the library's machine has been allowed to use them all along. */
async function ownChain(path: string): Promise<string[]> {
  const looked = await lookAtFile(path)
  if (typeof looked === 'string') return []
  return (await walkChain(path, looked)).slice(1).map((link) => link.path)
}

function sha256OfText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function droppedOf({ spec, isSuspended }: ExportedMachine): string[] {
  return [
    ...(isSuspended ? ['the saved memory, so that its disks are as after a power cut'] : []),
    ...(spec.kernel ? ['the kernel that is started directly'] : []),
    ...spec.cdroms.filter(({ path }) => path !== null).map(() => 'the CD in a drive'),
    ...(spec.tpm ? ['the content of the TPM'] : []),
    ...(spec.firmware.kind === 'uefi' ? ['the UEFI variables'] : []),
  ]
}
