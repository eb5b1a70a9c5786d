import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ContainerArchitecture, ContainerSource } from '#contract/container'
import { runsNatively } from '../../domain/container/architectures.ts'
import { registrationLine } from '../../domain/container/binfmt-registration.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { CommandError } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import { findProgram } from './find-container-host.ts'
import { runInIdMap } from './in-id-map.ts'

type DebianSource = Extract<ContainerSource, { kind: 'debian' }>

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Makes a root file system of a Debian release with mmdebstrap, in a user namespace where the emulator is registered for
 * its own use alone. Throws RefusedError; the folder is the caller's to remove.
 */
export async function makeDebian(
  source: DebianSource,
  architecture: ContainerArchitecture,
  folder: string,
  host: ContainerHost,
  idMap: IdMap,
  signal: AbortSignal,
): Promise<void> {
  if ((await findProgram('mmdebstrap')) === undefined)
    throw new RefusedError({
      code: 'unavailable',
      title: 'A Debian root file system cannot be made here',
      evidence: 'mmdebstrap is not installed.',
      cure: {
        text: 'Install it, or give a tar file of a root file system.',
        command: 'sudo apt-get install -y mmdebstrap debian-archive-keyring',
      },
    })
  const emulator = host.emulators[architecture]
  const registers = !runsNatively(host.architecture, architecture) && emulator !== undefined
  const script = [
    'set -e',
    ...(registers
      ? [
          'mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc',
          `printf '%s' "$1" > /proc/sys/fs/binfmt_misc/register`,
        ]
      : []),
    'shift; exec mmdebstrap "$@"',
  ].join('\n')
  const mirror = await systemMirror()
  const packages = source.packages.length > 0 ? [`--include=${source.packages.join(',')}`] : []
  const keyring = await access(KEYRING).then(
    () => [`--keyring=${KEYRING}`],
    () => [],
  )
  const args = [
    // Petri has seen to the emulator; mmdebstrap would look for it on the host.
    ...[
      '--mode=root',
      `--variant=${source.variant === 'standard' ? 'important' : source.variant}`,
      '--skip=check/qemu',
    ],
    ...[`--architectures=${architecture}`, '--format=directory', ...packages, ...keyring, source.suite, folder],
    // Without one, mmdebstrap takes the suite from where it knows that Debian is.
    ...(mirror === undefined ? [] : [`deb ${mirror} ${source.suite} main`]),
  ]
  const command = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script, 'petri']
  const line = registers ? registrationLine(architecture, emulator) : ''
  try {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TMPDIR: '/tmp', ...proxies() }
    await runInIdMap(idMap, [...command, line, ...args], { signal, env })
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
    const words = error.stderrTail.trim().split('\n')
    const telling = words.find((text) => text.startsWith('E:')) ?? words.at(-1) ?? ''
    const noNetwork = /resolve|connect|Could not|timed out/i.test(error.stderrTail)
    throw new RefusedError(
      {
        code: /No space left/i.test(error.stderrTail) ? 'no-space' : 'command-failed',
        title: `Debian ${source.suite} for ${architecture} could not be made`,
        evidence: telling,
        cause: noNetwork
          ? `${mirror === undefined ? 'Debian’s server' : `The mirror ${mirror}`} does not answer, or it has no such release or architecture.`
          : `The release ${source.suite} may not exist for ${architecture}: riscv64 came with trixie.`,
        cure: { text: 'Check the name of the release and the network. Nothing has been kept.' },
        raw: error.stderrTail,
      },
      error,
    )
  }
}

function proxies(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])),
  )
}

/** The mirror that this host's own apt uses for Debian, so that a campus mirror or cache is used here, too. */
async function systemMirror(): Promise<string | undefined> {
  const folder = '/etc/apt/sources.list.d'
  const names = await readdir(folder).catch(() => [])
  for (const file of ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = /^(?:deb (?:\[[^\]]*\] )?|URIs: *)(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}
