import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

import { type CallParams } from '#contract/api'
import { type CloudInitInput, cloudInitSchema } from '#contract/cloud-init'
import { type DiskImport } from '#contract/vm-build'
import { type DiskFormat, type VmDraft } from '#contract/vm-spec'
import { z } from 'zod'

import { callApi } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'
import { schemaProblems } from './schema-problems.ts'
import { waitForJob } from './wait-for-job.ts'

/** Options of `petri create` that take time to carry out. */
export interface BuildOptions {
  readonly import?: DiskImport['mode'] | 'convert'
  readonly cloudInitUser?: string
  readonly cloudInitPasswordFile?: string
  readonly cloudInitKey?: readonly string[]
  readonly cloudInitHostname?: string
  readonly cloudInitPackage?: readonly string[]
}

const doneSchema = z.object({ id: z.string() })
const extensions: Partial<Record<DiskFormat, string>> = { vpc: 'vhd', parallels: 'hdd' }

/** With `--import`, every disk from elsewhere becomes a file of the machine's own. */
export function withImports(
  draft: VmDraft,
  { import: mode }: BuildOptions,
): { readonly draft: VmDraft; readonly imports: Record<string, DiskImport> } {
  if (mode === undefined) return { draft, imports: {} }
  const imports: Record<string, DiskImport> = {}
  const disks = draft.disks.map((disk) => {
    if (!disk.path.startsWith('/')) return disk
    const converted = mode === 'convert' && disk.format === 'raw'
    imports[disk.id] = {
      from: disk.path,
      mode: mode === 'move' ? 'move' : 'copy',
      ...(converted && { convertFrom: 'raw' }),
    }
    const format = converted ? 'qcow2' : disk.format
    return { ...disk, format, path: `${disk.id}.${extensions[format] ?? format}` }
  })
  if (Object.keys(imports).length === 0) throw usageFailure('--import needs a --disk', 'Name the image with --disk.')
  return { draft: { ...draft, disks }, imports }
}

/** What the cloud-init options ask for; undefined: none was given. Throws `CliFailure`. */
export async function cloudInitOf(context: CliContext, options: BuildOptions): Promise<CloudInitInput | undefined> {
  const { cloudInitUser, cloudInitPasswordFile, cloudInitKey, cloudInitHostname, cloudInitPackage } = options
  const asked = [cloudInitUser, cloudInitPasswordFile, cloudInitKey, cloudInitHostname, cloudInitPackage]
  if (asked.every((value) => value === undefined)) return undefined
  if (cloudInitUser === undefined) throw usageFailure('cloud-init needs a login', 'Give --cloud-init-user.')
  const password = cloudInitPasswordFile && (await linesOf(context, cloudInitPasswordFile))[0]
  const keys = await Promise.all((cloudInitKey ?? []).map(async (file) => await linesOf(context, file)))
  const parsed = cloudInitSchema.safeParse({
    user: cloudInitUser,
    ...(password === undefined ? {} : { password }),
    sshKeys: keys.flat().filter((line) => line.trim() !== '' && !line.startsWith('#')),
    ...(cloudInitHostname === undefined ? {} : { hostname: cloudInitHostname }),
    packages: cloudInitPackage ?? [],
  })
  if (parsed.success) return parsed.data
  throw new CliFailure({
    code: 'bad-request',
    title: 'The cloud-init options are not complete or not right',
    problems: schemaProblems(parsed.error),
  })
}

/** Begins the job and waits for the machine. */
export async function built(
  context: CliContext,
  session: PetriSession,
  wish: CallParams<'vm.build'>,
): Promise<{ readonly id: string }> {
  const { jobId } = await callApi(session, 'vm.build', wish, context.signal)
  return doneSchema.parse((await waitForJob(context, session, jobId)).result)
}

async function linesOf(context: CliContext, file: string): Promise<readonly string[]> {
  try {
    const content =
      file === '-' ? await text(context.stdin) : await readFile(resolve(context.workingFolder, file), 'utf8')
    return content.split(/\r?\n/)
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error)
    throw new CliFailure({ code: 'bad-request', title: `${safeText(file)} cannot be read`, evidence }, { cause: error })
  }
}
