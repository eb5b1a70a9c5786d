import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { z } from 'zod'

import { starterDraft } from '../../domain/vm/starter-spec.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import type { VmService } from './vm-service.ts'

/** Architectures a Starter is built for, the host's usual one first. */
const starterArchitectures = ['x86_64', 'aarch64', 'arm'] as const

const manifestSchema = z.object({ architecture: z.enum(starterArchitectures), commandLine: z.string() })
const seededSchema = z.array(z.string()).catch([])

/** A Starter that is not in the library yet, and what was thrown when it was to come there. */
export interface MissingStarter {
  readonly name: string
  readonly error: unknown
}

/**
 * Puts the Starter machines that were built with this Petri into the library, each once: a Starter that was deleted
 * stays deleted. `starterFolder` holds `<architecture>/{vmlinuz,initrd.img,manifest.json}`; what is not there is left
 * out. Returns those that could not be put there (the disk is full, say), which the next call tries again.
 */
export async function seedStarter(
  service: Pick<VmService, 'create' | 'list'>,
  starterFolder: string,
  seededFile: string,
): Promise<readonly MissingStarter[]> {
  const seeded = seededSchema.parse(
    await readFile(seededFile, 'utf8')
      .then(JSON.parse)
      .catch(() => []),
  )
  const now = [...seeded]
  const missing: MissingStarter[] = []
  for (const architecture of starterArchitectures) {
    if (seeded.includes(architecture)) continue
    const folder = join(starterFolder, architecture)
    const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined)
    const manifest = text === undefined ? undefined : manifestSchema.safeParse(parseJson(text))
    if (!manifest?.success) continue
    const { commandLine } = manifest.data
    const names = { kernelPath: 'vmlinuz', initrdPath: 'initrd.img' }
    const sources = { vmlinuz: join(folder, 'vmlinuz'), 'initrd.img': join(folder, 'initrd.img') }
    const draft = starterDraft(architecture, { ...names, commandLine })
    try {
      // It may have come without the note about it, when that no longer fitted on the disk.
      if (!service.list().some(({ name }) => name === draft.name)) await service.create(draft, {}, sources)
      now.push(architecture)
    } catch (error) {
      missing.push({ name: draft.name, error })
    }
  }
  if (now.length > seeded.length) await note(seededFile, now).catch(() => undefined)
  return missing
}

async function note(seededFile: string, architectures: readonly string[]): Promise<void> {
  await mkdir(dirname(seededFile), { recursive: true, mode: 0o700 })
  await writeDurableFile(seededFile, `${JSON.stringify(architectures)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
