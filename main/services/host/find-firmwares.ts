import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import type { FirmwareFacts } from '../../domain/vm/host-facts.ts'
import { vmArchitectures } from '#contract/vm-spec'

/** Later folders override files of the same name in earlier ones, as docs/interop/firmware.json in QEMU lays down. */
const FOLDERS = ['/usr/share/qemu/firmware', '/etc/qemu/firmware']

const fileSchema = z.object({ filename: z.string(), format: z.enum(['raw', 'qcow2']) })
const descriptorSchema = z.object({
  'interface-types': z.array(z.string()),
  mapping: z.object({ device: z.literal('flash'), executable: fileSchema, 'nvram-template': fileSchema.optional() }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
})

/** UEFI builds that this host's packages describe, in the order of preference that their file names give. */
export async function findFirmwares(folders: readonly string[] = FOLDERS): Promise<readonly FirmwareFacts[]> {
  const files = new Map<string, string>()
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => []))
      if (name.endsWith('.json')) files.set(name, join(folder, name))
  const texts = await Promise.all(
    [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => readFile(path, 'utf8').catch(() => '')),
  )
  return texts.flatMap(firmwareFacts)
}

function firmwareFacts(text: string): readonly FirmwareFacts[] {
  const descriptor = descriptorSchema.safeParse(parseJson(text))
  if (!descriptor.success || !descriptor.data['interface-types'].includes('uefi')) return []
  const { mapping, targets, features } = descriptor.data
  return targets.flatMap((target) => {
    const architecture = vmArchitectures.find((known) => known === target.architecture)
    return architecture
      ? [
          {
            architecture,
            machines: target.machines,
            codePath: mapping.executable.filename,
            codeFormat: mapping.executable.format,
            varsTemplatePath: mapping['nvram-template']?.filename,
            varsTemplateFormat: mapping['nvram-template']?.format ?? 'raw',
            secureBoot: features.includes('secure-boot'),
            enrolledKeys: features.includes('enrolled-keys'),
            requiresSmm: features.includes('requires-smm'),
          },
        ]
      : []
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an empty file switches a descriptor off, by the specification
  }
}
