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

/**
 * Puts the Starter machines that were built with this Petri into the library, each once: a Starter that was deleted
 * stays deleted. `starterFolder` holds `<architecture>/{vmlinuz,initrd.img,manifest.json}`; what is not there is left
 * out.
 */
export async function seedStarter(service: VmService, starterFolder: string, seededFile: string): Promise<void> {
  const seeded = seededSchema.parse(await readFile(seededFile, 'utf8').then(JSON.parse, () => []))
  const now = [...seeded]
  for (const architecture of starterArchitectures) {
    if (seeded.includes(architecture)) continue
    const folder = join(starterFolder, architecture)
    const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined)
    const manifest = text === undefined ? undefined : manifestSchema.safeParse(parseJson(text))
    if (!manifest?.success) continue
    const { commandLine } = manifest.data
    const names = { kernelPath: 'vmlinuz', initrdPath: 'initrd.img' }
    const sources = { vmlinuz: join(folder, 'vmlinuz'), 'initrd.img': join(folder, 'initrd.img') }
    await service.create(starterDraft(architecture, { ...names, commandLine }), {}, sources)
    now.push(architecture)
  }
  if (now.length === seeded.length) return
  await mkdir(dirname(seededFile), { recursive: true, mode: 0o700 })
  await writeDurableFile(seededFile, `${JSON.stringify(now)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
