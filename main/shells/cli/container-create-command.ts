import { statSync } from 'node:fs'
import { resolve } from 'node:path'

import { type ContainerArchitecture, type ContainerDraftInput, containerDraftSchema } from '#contract/container'
import { type Command, InvalidArgumentError } from 'commander'

import { allArchitectures, architectureNamed, hostArchitecture } from '../../domain/container/architectures.ts'
import { withOciArchive } from '../../domain/container/oci-reference.ts'
import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { usageFailure } from './cli-failure.ts'
import { each, memoryMiBValue, wholeNumberValue } from './option-values.ts'
import { printJson, printLine, printNote } from './print.ts'
import { safeText } from './safe-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface CreateOptions {
  readonly arch?: ContainerArchitecture
  readonly from: string
  readonly variant: string
  readonly packages?: string
  readonly mount?: readonly NonNullable<ContainerDraftInput['mounts']>[number][]
  readonly publish?: readonly NonNullable<ContainerDraftInput['ports']>[number][]
  readonly network: string
  readonly memory?: number
  readonly cpus?: string
  readonly pids?: number
  readonly init: string
  readonly binfmt: string
  readonly cpuModel?: string
  readonly allowSecrets?: boolean
  readonly json?: boolean
}

/** `petri container create`. */
export function addContainerCreateCommand(container: Command, context: CliContext): void {
  container
    .command('create')
    .description('make a container; its root file system is unpacked once and shared')
    .argument('<name>')
    .option(
      '--arch <architecture>',
      `such as armhf, arm64, arm/v7, aarch64, riscv64 (default: this host's)`,
      architectureValue,
    )
    .requiredOption(
      '--from <source>',
      'FILE.tar[.gz|.xz|.zst], FILE.squashfs, FOLDER, debian:SUITE, docker://IMAGE, oci-archive:FILE, docker-archive:FILE, or a base- id',
    )
    .option('--variant <variant>', 'of Debian: minbase, standard or buildd', 'minbase')
    .option('--packages <names>', 'packages to install into a Debian, with commas')
    .option('--mount <host:inside[:ro]>', 'show a folder of this host inside', each(mountValue))
    .option('--publish <host:inside[/udp]>', 'open a port on 127.0.0.1', each(portValue))
    .option('--network <kind>', 'auto, none, host or nat', 'auto')
    .option('--memory <size>', 'limit, such as 512M', memoryMiBValue)
    .option('--cpus <number>', 'limit, such as 1.5')
    .option('--pids <number>', 'limit of processes', wholeNumberValue(4, 1_000_000))
    .option('--init <kind>', 'small, or image for its own init (experimental)', 'small')
    .option('--binfmt <route>', 'auto, own, system or explicit', 'auto')
    .option('--cpu-model <model>', "QEMU's name of a processor")
    .option('--allow-secrets', 'mount folders that hold keys or all your files')
    .option('--json', 'print {id, jobId, result}')
    .action((name: string, options: CreateOptions) =>
      withSession(context, async (session) => {
        const draft = containerDraftSchema.safeParse(draftFrom(name, options, context.workingFolder))
        if (!draft.success) {
          const issue = draft.error.issues[0]
          throw usageFailure(`${issue?.path.join('.') ?? 'The wish'}: ${issue?.message ?? 'not valid'}`)
        }
        const preview = await callApi(session, 'container.preview', { draft: draft.data }, context.signal)
        for (const { severity, message } of preview.problems)
          if (severity === 'warning') printNote(context, safeText(message))
        const answer = await callApi(session, 'container.create', { draft: draft.data }, context.signal)
        const job = answer.jobId === undefined ? undefined : await waitForJob(context, session, answer.jobId)
        const id = answer.id ?? idOf(job?.result)
        if (options.json)
          printJson(context.stdout, {
            id,
            ...(answer.jobId !== undefined && { jobId: answer.jobId, result: job?.result }),
          })
        else printLine(context, `Made ${safeText(name)} (${id}). Open a shell: petri container shell ${id}`)
      }),
    )
}

function draftFrom(name: string, options: CreateOptions, folder: string): unknown {
  const { from, packages, variant, cpus } = options
  const debian = /^(?:debian:)([a-z0-9-]+)$/.exec(from)?.[1]
  const isOci = /^(docker:\/\/|oci-archive:|docker-archive:|oci:)/.test(from)
  const path = resolve(folder, from)
  const source =
    debian !== undefined
      ? { kind: 'debian', suite: debian, variant, packages: packages === undefined ? [] : packages.split(',') }
      : isOci
        ? { kind: 'oci', reference: withOciArchive(from, (each) => resolve(folder, each)) }
        : /^base-[0-9a-f]{20}$/.test(from)
          ? { kind: 'base', baseId: from }
          : { kind: isFolder(path) ? 'folder' : 'file', path }
  return {
    name,
    architecture: options.arch ?? hostArchitecture(process.arch),
    source,
    secretsConfirmed: options.allowSecrets === true,
    init: options.init,
    binfmt: options.binfmt,
    network: options.network,
    ports: options.publish ?? [],
    mounts: (options.mount ?? []).map((mount) => ({ ...mount, hostPath: resolve(folder, mount.hostPath) })),
    limits: {
      ...(options.memory !== undefined && { memoryMiB: options.memory }),
      ...(cpus !== undefined && { cpus: Number(cpus) }),
      ...(options.pids !== undefined && { pids: options.pids }),
    },
    ...(options.cpuModel !== undefined && { cpuModel: options.cpuModel }),
  }
}

/** Reads an architecture by any of its usual names, for commander. */
export function architectureValue(text: string): ContainerArchitecture {
  const found = architectureNamed(text)
  if (found !== undefined) return found
  throw new InvalidArgumentError(`Give one of ${allArchitectures().join(', ')}, or another usual name of theirs.`)
}

function mountValue(text: string) {
  const [, hostPath, containerPath, mode] = /^(.+?):(\/.*?)(?::(ro|rw))?$/.exec(text) ?? []
  if (hostPath === undefined || containerPath === undefined)
    throw new InvalidArgumentError('Give HOST:INSIDE or HOST:INSIDE:ro.')
  return { hostPath, containerPath, readOnly: mode === 'ro' }
}

function portValue(text: string) {
  const [, host, inside, protocol = 'tcp'] = /^(\d+):(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? []
  if (host === undefined || (protocol !== 'tcp' && protocol !== 'udp'))
    throw new InvalidArgumentError('Give HOST:INSIDE, such as 8080:80.')
  return { protocol, hostPort: Number(host), containerPort: Number(inside) } as const
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function idOf(result: Readonly<Record<string, unknown>> | undefined): string {
  const id = result?.['id']
  return typeof id === 'string' ? id : ''
}
