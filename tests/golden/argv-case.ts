import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'

import { vmArchitectures, vmSpecSchema, type VmSpec } from '#contract/vm-spec'

import type { Emulator, FileFacts, FirmwareFacts, HostFacts, VmFacts } from '../../main/domain/vm/host-facts.ts'

export const argvFolder = join(import.meta.dirname, 'argv')

const versionSchema = z.tuple([z.int(), z.int(), z.int()])
const fileSchema = z.union([
  z.strictObject({ kind: z.literal('directory'), realPath: z.string().optional() }),
  z.strictObject({ kind: z.enum(['missing', 'fifo', 'socket', 'character-device', 'block-device']) }),
  z.strictObject({ kind: z.literal('unreadable'), reason: z.string() }),
  z.strictObject({
    kind: z.literal('file'),
    sizeBytes: z.number().default(1_048_576),
    readable: z.boolean().default(true),
    writable: z.boolean().default(true),
    header: z
      .strictObject({ format: z.string().optional(), refersTo: z.string().optional(), unsafe: z.string().optional() })
      .default({ format: 'raw' }),
    heldBy: z.string().optional(),
  }),
])

/** One case: what differs from a plain machine on a plain host. */
const caseSchema = z.strictObject({
  about: z.string(),
  spec: z.record(z.string(), z.unknown()),
  /** What differs from `plainHost`; `null` takes a program or an emulator away. */
  host: z
    .strictObject({
      architecture: z.enum(vmArchitectures),
      cpus: z.int(),
      memoryMiB: z.int(),
      kvm: z.strictObject({ usable: z.boolean(), reason: z.string() }),
      bwrapPath: z.null(),
      swtpmPath: z.null(),
      virtiofsdPath: z.null(),
      qemuVersion: versionSchema,
      qemuFolder: z.string(),
      withoutEmulators: z.boolean(),
      withoutFirmware: z.boolean(),
      firmwareFolder: z.string(),
      rootLinks: z.record(z.string(), z.string()),
    })
    .partial()
    .default({}),
  files: z.record(z.string(), fileSchema).default({}),
  portHolders: z.record(z.string(), z.string()).default({}),
  throwaway: z.boolean().default(false),
})

export interface ArgvCase {
  readonly name: string
  readonly spec: VmSpec
  readonly facts: VmFacts
  readonly isThrowaway: boolean
}

/** Every case of `tests/golden/argv`, by name. */
export function readArgvCases(): readonly ArgvCase[] {
  return readdirSync(argvFolder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => {
      const given = caseSchema.parse(JSON.parse(readFileSync(join(argvFolder, file), 'utf8')))
      const spec = vmSpecSchema.parse({ ...plainSpec, ...given.spec })
      const host = hostOf(given.host)
      const facts = {
        host,
        files: {
          ...filesOf(spec),
          ...Object.fromEntries(Object.entries(given.files).map(([path, facts]) => [path, fileFacts(facts)])),
        },
        portHolders: given.portHolders,
        vmFolder: '/home/ada/petri/machines/web',
        runtimeFolder: '/run/user/1000/petri/web-00c0ffee',
        nonce: '00c0ffee',
      }
      return { name: basename(file, '.json'), spec, facts, isThrowaway: given.throwaway }
    })
}

const plainSpec = {
  version: 1,
  id: 'web',
  uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
  name: 'Web',
  createdAt: '2026-01-01T00:00:00Z',
  architecture: 'x86_64',
  memoryMiB: 512,
}

const firmware = (
  architecture: FirmwareFacts['architecture'],
  machines: readonly string[],
  code: string,
  vars: string,
  secureBoot = false,
  enrolledKeys = false,
): FirmwareFacts => ({
  architecture,
  machines,
  codePath: `/usr/share/${code}`,
  codeFormat: 'raw',
  varsTemplatePath: `/usr/share/${vars}`,
  varsTemplateFormat: 'raw',
  secureBoot,
  enrolledKeys,
  requiresSmm: secureBoot,
})

/** The descriptors of Debian 12's ovmf and qemu-efi packages. */
const firmwares = [
  firmware('x86_64', ['pc-q35-*'], 'OVMF/OVMF_CODE_4M.ms.fd', 'OVMF/OVMF_VARS_4M.ms.fd', true, true),
  firmware('x86_64', ['pc-q35-*'], 'OVMF/OVMF_CODE_4M.secboot.fd', 'OVMF/OVMF_VARS_4M.fd', true),
  firmware('x86_64', ['pc-i440fx-*', 'pc-q35-*'], 'OVMF/OVMF_CODE_4M.fd', 'OVMF/OVMF_VARS_4M.fd'),
  firmware('aarch64', ['virt-*'], 'AAVMF/AAVMF_CODE.fd', 'AAVMF/AAVMF_VARS.fd'),
  firmware('arm', ['virt-*'], 'AAVMF/AAVMF32_CODE.fd', 'AAVMF/AAVMF32_VARS.fd'),
]

function hostOf(given: z.output<typeof caseSchema>['host']): HostFacts {
  const version = given.qemuVersion ?? [7, 2, 22]
  const emulators = new Map<string, Emulator>(
    vmArchitectures.map((name) => [name, { path: `${given.qemuFolder ?? '/usr/bin'}/qemu-system-${name}`, version }]),
  )
  return {
    architecture: given.architecture ?? 'x86_64',
    cpus: given.cpus ?? 8,
    memoryMiB: given.memoryMiB ?? 16_384,
    emulators: given.withoutEmulators ? {} : Object.fromEntries<Emulator>(emulators),
    bwrapPath: given.bwrapPath === null ? undefined : '/usr/bin/bwrap',
    swtpmPath: given.swtpmPath === null ? undefined : '/usr/bin/swtpm',
    ...(given.virtiofsdPath === null ? {} : { virtiofsdPath: '/usr/lib/qemu/virtiofsd' }),
    kvm: given.kvm ?? { usable: false, reason: '/dev/kvm does not exist on this host.' },
    firmwares: given.withoutFirmware
      ? []
      : firmwares.map((build) => ({
          ...build,
          codePath: build.codePath.replace('/usr/share', given.firmwareFolder ?? '/usr/share'),
        })),
    rootLinks: given.rootLinks ?? { '/bin': 'usr/bin', '/lib': 'usr/lib', '/lib64': 'usr/lib64', '/sbin': 'usr/sbin' },
  }
}

/** Every file that the spec mentions, as it should be. */
function filesOf(spec: VmSpec): Record<string, FileFacts> {
  const file = (format: string) => fileFacts(fileSchema.parse({ kind: 'file', header: { format } }))
  return Object.fromEntries([
    ...spec.disks.map((disk) => [disk.path, file(disk.format)] as const),
    ...spec.cdroms.flatMap(({ path }) => (path === null ? [] : [[path, file('iso')] as const])),
    ...spec.sharedFolders.map(({ path }) => [path, { kind: 'directory' as const }] as const),
    ...(spec.kernel ? [[spec.kernel.kernelPath, file('raw')] as const] : []),
    ...(spec.kernel?.initrdPath === undefined ? [] : [[spec.kernel.initrdPath, file('raw')] as const]),
  ])
}

function fileFacts(given: z.output<typeof fileSchema>): FileFacts {
  if (given.kind !== 'file') return given
  const { format, refersTo, unsafe } = given.header
  return { ...given, header: { format, refersTo, unsafe }, heldBy: given.heldBy }
}
