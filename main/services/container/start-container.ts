import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { access, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'

import type { ContainerSpec } from '#contract/container'
import { decideContainer } from '../../domain/container/container-problems.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { type ContainerPlan, hookScripts, lxcConfig } from '../../domain/container/lxc-config.ts'
import { identifyProcess, type ProcessIdentity, bootId } from '../../system/process/process-identity.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { RefusedError } from '../refused-error.ts'
import { imageGone, mustHaveIdMap } from './base-store.ts'
import type { ContainerFolders } from './container-folders.ts'
import { type ContainerRecord, removeContainerRecord, writeContainerRecord } from './container-record.ts'
import { findProgram } from './find-container-host.ts'
import { inScope } from './find-limits.ts'
import { initOf } from './lxc-monitor.ts'
import { placeSmallInit } from './small-init.ts'
import { openStartGate, type StartGate } from './start-gate.ts'

const START_LIMIT_MS = 60_000
const UPLINK_LIMIT_MS = 10_000
const SECCOMP = '/usr/share/lxc/config/common.seccomp'

/** Decides how a stored container starts here. Throws RefusedError with every problem. */
export async function planContainer(
  spec: ContainerSpec,
  host: ContainerHost,
  folders: ContainerFolders,
): Promise<ContainerPlan> {
  // What is stored was confirmed when it was stored.
  const { problems, route, network } = decideContainer({ ...spec, secretsConfirmed: true }, host)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0 || route === undefined)
    throw new RefusedError({
      code: 'invalid',
      title: `${spec.name} cannot be started on this host`,
      ...(errors[0] && { evidence: errors[0].message }),
      ...(errors[0]?.cure !== undefined && { cure: { text: errors[0].cure } }),
      problems: errors,
    })
  for (const mount of spec.mounts)
    await access(mount.hostPath).catch((error: unknown) => {
      throw new RefusedError(
        {
          code: 'not-found',
          title: `${spec.name} mounts ${mount.hostPath}, which is not there`,
          cure: { text: 'Make that folder, or change the mounts.' },
        },
        error,
      )
    })
  return {
    spec,
    route,
    network,
    idMap: mustHaveIdMap(host),
    emulator: host.emulators[spec.architecture],
    layersFolder: folders.layers,
    lower: [...spec.layers.toReversed(), spec.baseId].map((id) => `${id}/fs`),
    // Seen from the folder of layers, so that no character of a user's path gets into the mount options.
    upper: relative(folders.layers, folders.upper(spec.id)),
    work: relative(folders.layers, folders.work(spec.id)),
    root: folders.root(spec.id),
    smallInit: await placeSmallInit(folders.cache, process.arch),
    runFolder: join(folders.runtime(spec.id), 'shared'),
    seccompProfile: existsSync(SECCOMP) ? SECCOMP : undefined,
    cgroup: host.limitsRefused === undefined,
    scope: host.limitsInScope && Object.keys(spec.limits).length > 0,
    consoleLog: join(folders.state(spec.id), 'console.log'),
  }
}

/** The configuration as LXC will get it. */
export function configurationOf(plan: ContainerPlan, folders: ContainerFolders): string {
  return lxcConfig(plan, hookPaths(folders, plan.spec.id))
}

/**
 * Starts a container detached under LXC's monitor. Throws RefusedError; nothing runs then.
 *
 * `onBegun` gets the record at once, with the gate at which a command waits that is made ready meanwhile. LXC's own
 * `lxc-attach` waits from there until the start is over. Not called where a command would come before the network.
 */
export async function launchContainer(
  plan: ContainerPlan,
  folders: ContainerFolders,
  now: Date,
  onBegun: (record: ContainerRecord, gate: StartGate) => void = () => undefined,
): Promise<ContainerRecord> {
  const { spec } = plan
  const runtime = folders.runtime(spec.id)
  const pidFile = join(runtime, 'monitor.pid')
  const log = join(runtime, 'lxc.log')
  // All of this is small and on the way to the first output: a hop to another thread takes longer than each of it.
  if (!existsSync(join(folders.base(spec.baseId), 'fs'))) throw imageGone(spec.baseId)
  for (const path of [plan.runFolder, join(folders.lxc, spec.id), folders.state(spec.id)])
    mkdirSync(path, { recursive: true, mode: 0o700 })
  const record: ContainerRecord = {
    version: 1,
    id: spec.id,
    bootId: bootId(),
    startedAt: now.toISOString(),
    network: plan.network,
    route: plan.route,
    frozen: false,
  }
  const hooks = hookScripts(plan)
  const config = join(runtime, 'config')
  writeContainerRecord(folders, record)
  // Most starts are like the one before; making and removing files takes longer than looking at them.
  keepWritten(join(runtime, 'overlay.sh'), hooks.overlay)
  keepWritten(join(runtime, 'register.sh'), hooks.register)
  keepWritten(config, configurationOf(plan, folders))
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) rmSync(log)
  const files = ['-P', folders.lxc, '-f', config, '-p', pidFile, '-o', log] as const
  const argv = ['lxc-start', '-d', '-n', spec.id, ...files, '-l', 'WARN'] as const
  const gate = await openStartGate(runtime)
  const onStarted = plan.network === 'nat' ? undefined : () => onBegun(record, gate)
  try {
    // With -d it closes what it inherits itself.
    await runCommand(plan.scope ? inScope(argv) : argv, { timeoutMs: START_LIMIT_MS, ...(onStarted && { onStarted }) })
    gate.open()
    const init = await initOf(folders.lxc, spec.id, pidFile)
    if (init === undefined) throw new CommandError({ argv, reason: 'failed', stderrTail: 'process 1 ended at once' })
    const uplink = plan.network === 'nat' ? await startUplink(spec, init, runtime) : undefined
    const running = { ...record, init, ...(uplink && { uplink }) }
    writeContainerRecord(folders, running)
    return running
  } catch (error) {
    gate.refuse()
    await runCommand(['lxc-stop', '-k', '-n', spec.id, '-P', folders.lxc], { timeoutMs: START_LIMIT_MS }).catch(
      () => undefined,
    )
    removeContainerRecord(folders, spec.id)
    throw await startFailure(spec, error, log)
  }
}

/** Writes a file unless it says the same already. */
function keepWritten(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return
  writeFileSync(path, content, { mode: 0o700 })
}

function hookPaths(folders: ContainerFolders, id: string) {
  const script = (name: string) => `/bin/sh ${join(folders.runtime(id), name)}`
  return { overlay: script('overlay.sh'), register: script('register.sh') }
}

/** Gives the container's network a way out through an ordinary process of this user. Ports listen on 127.0.0.1 only. */
async function startUplink(
  spec: ContainerSpec,
  init: ProcessIdentity,
  runtime: string,
): Promise<ProcessIdentity | undefined> {
  const pasta = await findProgram('pasta')
  const pidFile = join(runtime, 'uplink.pid')
  await rm(pidFile, { force: true })
  const published = (protocol: 'tcp' | 'udp') => {
    const ports = spec.ports.filter((port) => port.protocol === protocol)
    return ports.length === 0
      ? 'none'
      : ports.map((port) => `127.0.0.1/${port.hostPort}:${port.containerPort}`).join(',')
  }
  if (pasta === undefined)
    throw new RefusedError({
      code: 'unavailable',
      title: 'pasta is needed for a network of its own',
      cure: { text: 'Install it, or share the host’s network.', command: 'sudo apt-get install -y passt' },
    })
  const argv = [
    ...[
      pasta,
      '--config-net',
      '--quiet',
      '--pid',
      pidFile,
      '--no-map-gw',
      '-t',
      published('tcp'),
      '-u',
      published('udp'),
    ],
    ...['-T', 'none', '-U', 'none', String(init.pid)],
  ]
  await runCommand(withoutDescriptors(argv), { timeoutMs: UPLINK_LIMIT_MS })
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  return pid > 0 ? identifyProcess(pid) : undefined
}

async function startFailure(spec: ContainerSpec, error: unknown, logFile: string): Promise<unknown> {
  if (error instanceof RefusedError || !(error instanceof CommandError) || error.reason === 'cancelled') return error
  const log = await readFile(logFile, 'utf8').catch(() => '')
  const line = log.split('\n').find((text) => text.includes(' ERROR '))
  // The first complaint is the cause; those after it are its echo.
  const first = (
    line ??
    error.stderrTail
      .trim()
      .split('\n')
      .find((text) => !text.includes('syslog')) ??
    ''
  )
    .replace(/^.*? - /, '')
    .replace(/^\S+:\d+ - /, '')
  const known = CAUSES.find(({ sign }) => sign.test(log + error.stderrTail))
  return new RefusedError(
    {
      code: known?.code ?? 'command-failed',
      title: `${spec.name} did not start`,
      evidence: first,
      ...(known && { cause: known.cause, cure: { text: known.cure } }),
      raw: `${error.stderrTail}\n${log}`,
    },
    error,
  )
}

const CAUSES = [
  {
    sign: /Failed to bind .*port/i,
    code: 'in-use',
    cause: 'Another program, or another container, listens on a port that this container publishes.',
    cure: 'End that one, or publish another port of this host.',
  },
  { sign: /No space left/i, code: 'no-space', cause: 'The disk is full.', cure: 'Free some space and start it again.' },
  {
    sign: /newuidmap|newgidmap|idmap/i,
    code: 'unavailable',
    cause: 'The user numbers of /etc/subuid and /etc/subgid could not be given to it.',
    cure: 'Install uidmap, and see that newuidmap is set-uid root (or has cap_setuid).',
  },
  {
    sign: /overlay|pre-mount/i,
    code: 'command-failed',
    cause:
      'Its layers could not be put together. Overlays in user namespaces need Linux 5.11 and a file system with extended attributes.',
    cure: 'Look at the raw output; see that the base and the snapshots are there.',
  },
  {
    sign: /hook "mount"|register/i,
    code: 'command-failed',
    cause: 'The emulator could not be registered in the container.',
    cure: 'See petri binfmt, or choose another route.',
  },
  {
    sign: /seccomp/i,
    code: 'unavailable',
    cause: 'The seccomp profile of LXC could not be loaded.',
    cure: 'Reinstall lxc.',
  },
  {
    sign: /pasta/,
    code: 'unavailable',
    cause: 'Its network could not be connected.',
    cure: 'Look at the raw output, or share the host’s network.',
  },
] as const
