import { access, constants, readFile, stat } from 'node:fs/promises'
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { ContainerArchitecture } from '#contract/container'
import type { FileReport } from '#contract/elf'
import { architectureFacts, runsNatively } from '../../domain/container/architectures.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { type Diagnosis, diagnoseFile, type FileToDiagnose, type RunningHost } from '../../domain/elf/diagnose-file.ts'
import { shellQuote } from '../../domain/qemu/shell-quote.ts'
import { RefusedError } from '../refused-error.ts'
import type { BaseFile } from './base-store.ts'
import type { ContainerFolders } from './container-folders.ts'
import { resolveInside, withFile } from './inspect-root.ts'
import { systemView } from '../qemu/system-view.ts'

export interface BinaryWish {
  readonly path: string
  readonly args: readonly string[]
  readonly strace: boolean
  readonly gdbPort?: number | undefined
  readonly cpuModel?: string | undefined
  readonly sandbox: boolean
}

interface Inspected extends Diagnosis {
  readonly sizeBytes: number
  readonly root: { readonly folder: string; readonly label: string } | undefined
}

/** What a file is, whether it runs here, and the command that runs it. */
export async function inspectBinary(
  path: string,
  host: ContainerHost,
  bases: readonly BaseFile[],
  folders: ContainerFolders,
): Promise<FileReport> {
  const { facts, verdict, sizeBytes, root } = await inspect(path, host, bases, folders)
  const report = { path, sizeBytes, facts, verdict }
  if (verdict.runs === 'not') return report
  const argv = commandFor(
    { path, args: [], strace: false, sandbox: false },
    facts.architecture,
    verdict.runs,
    host,
    root?.folder,
  )
  return { ...report, command: { argv: [...argv], shell: shellQuote(argv), ...(root && { baseLabel: root.label }) } }
}

/** The argv that runs a program here. Throws RefusedError with the diagnosis when it does not run. */
export async function binaryCommand(
  wish: BinaryWish,
  host: ContainerHost,
  bases: readonly BaseFile[],
  folders: ContainerFolders,
): Promise<{ readonly argv: readonly string[]; readonly debugger: string | undefined }> {
  const { facts, verdict, root } = await inspect(wish.path, host, bases, folders)
  if (verdict.runs === 'not')
    throw new RefusedError({
      code: verdict.code === 'emulator-missing' ? 'unavailable' : 'invalid',
      title: `${wish.path} does not run here: ${lowered(verdict.title)}`,
      evidence: verdict.why,
      ...(verdict.cure && { cure: verdict.cure }),
    })
  if (verdict.runs === 'natively' && (wish.strace || wish.gdbPort !== undefined || wish.cpuModel !== undefined))
    throw new RefusedError({
      code: 'bad-request',
      title: 'These options are the emulator’s, and this program runs on the processor itself',
      cure: { text: 'Use strace and gdb of this host.' },
    })
  const argv = commandFor(wish, facts.architecture, verdict.runs, host, root?.folder)
  const gdb = [
    'gdb-multiarch',
    '-ex',
    `target remote 127.0.0.1:${wish.gdbPort ?? 0}`,
    ...(root ? ['-ex', `set sysroot ${root.folder}`] : []),
    wish.path,
  ]
  return { argv, debugger: wish.gdbPort === undefined ? undefined : shellQuote(gdb) }
}

async function inspect(
  path: string,
  host: ContainerHost,
  bases: readonly BaseFile[],
  folders: ContainerFolders,
): Promise<Inspected> {
  const facts = await stat(path).catch((error: unknown) => {
    throw new RefusedError(
      { code: 'not-found', title: `There is no ${path} here`, cure: { text: 'Check the path and its spelling.' } },
      error,
    )
  })
  const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'special'
  const file: Omit<FileToDiagnose, 'readAt'> = {
    path,
    kind,
    sizeBytes: facts.size,
    executable: await isExecutable(path),
    noexec: await isNoexec(path),
  }
  const chosen: { root: Inspected['root'] } = { root: undefined }
  const roots = await candidateRoots(bases, folders)
  const running: RunningHost = {
    architecture: host.architecture,
    kernel: host.kernel,
    emulators: host.emulators,
    hasFile: existsSync,
    missingHere: (libraries) => missingHere(libraries, host.architecture),
    rootFor: (architecture, interpreter) => {
      const root = roots.find((each) => each.architecture === architecture && each.has(interpreter))
      if (root === undefined) return undefined
      if (!runsNatively(host.architecture, architecture) || !existsSync(interpreter)) chosen.root = root
      return {
        folder: root.folder,
        label: root.label,
        missing: (libraries) => libraries.filter((name) => !root.hasLibrary(name)),
      }
    },
  }
  if (kind !== 'file') {
    return {
      ...diagnoseFile({ ...file, readAt: () => new Uint8Array(0) }, running),
      sizeBytes: facts.size,
      root: undefined,
    }
  }
  const diagnosis = withFile(path, (readAt) => diagnoseFile({ ...file, readAt }, running))
  return { ...diagnosis, sizeBytes: facts.size, root: chosen.root }
}

interface CandidateRoot {
  readonly folder: string
  readonly label: string
  readonly architecture: ContainerArchitecture
  has(path: string): boolean
  hasLibrary(name: string): boolean
}

/** Root file systems of containers first, then Debian's folders of cross compilers. */
async function candidateRoots(
  bases: readonly BaseFile[],
  folders: ContainerFolders,
): Promise<readonly CandidateRoot[]> {
  const loaders = await Promise.all(
    bases.map(async (base) => {
      const root = join(folders.base(base.id), 'fs')
      const found = new Set<string>()
      for (const loader of LOADERS) if ((await resolveInside([root], loader)) !== undefined) found.add(loader)
      return rootOf(root, base.label, base.architecture, (path) => found.has(path))
    }),
  )
  const cross = Object.entries(architectureFacts).flatMap(([name, { triplet }]) => {
    const folder = `/usr/${triplet}`
    const architecture = bases.find((base) => base.architecture === name)?.architecture ?? crossArchitectures[name]
    return architecture === undefined || !existsSync(`${folder}/lib`)
      ? []
      : [
          rootOf(folder, `the cross compiler’s libraries (${folder})`, architecture, (path) =>
            existsSync(`${folder}${path}`),
          ),
        ]
  })
  return [...loaders, ...cross]
}

const crossArchitectures: Readonly<Record<string, ContainerArchitecture>> = {
  arm64: 'arm64',
  armhf: 'armhf',
  armel: 'armel',
  riscv64: 'riscv64',
  ppc64el: 'ppc64el',
  s390x: 's390x',
  mips64el: 'mips64el',
}

/** Names of loaders as programs hold them, of the GNU library and of musl. */
const LOADERS = [
  '/lib/ld-linux-armhf.so.3',
  '/lib/ld-linux.so.3',
  '/lib/ld-linux-aarch64.so.1',
  '/lib/ld-linux-riscv64-lp64d.so.1',
  '/lib64/ld-linux-x86-64.so.2',
  '/lib/ld-linux.so.2',
  '/lib64/ld64.so.2',
  '/lib/ld64.so.1',
  '/lib/ld.so.1',
  '/lib64/ld.so.1',
  '/lib64/ld-linux-loongarch-lp64d.so.1',
  ...['armhf', 'arm', 'aarch64', 'riscv64', 'x86_64', 'i386', 'powerpc64le', 's390x'].map(
    (word) => `/lib/ld-musl-${word}.so.1`,
  ),
]

function rootOf(
  folder: string,
  label: string,
  architecture: ContainerArchitecture,
  has: (path: string) => boolean,
): CandidateRoot {
  const { triplet } = architectureFacts[architecture]
  const places = ['lib', 'usr/lib', `lib/${triplet}`, `usr/lib/${triplet}`, 'lib64', 'usr/lib64', 'usr/local/lib']
  let names: Set<string> | undefined
  return {
    folder,
    label,
    architecture,
    has,
    hasLibrary(name) {
      names ??= new Set(places.flatMap((place) => namesOf(join(folder, place))))
      return names.has(name) || name.includes('/')
    },
  }
}

/** Libraries that neither ldconfig's list nor the loader's own folders have. Variables of the user are for the user to know. */
function missingHere(libraries: readonly string[], architecture: ContainerArchitecture): readonly string[] {
  if ((process.env['LD_LIBRARY_PATH'] ?? '') !== '') return []
  const list = readQuietly('/etc/ld.so.cache')
  const { triplet } = architectureFacts[architecture]
  const places = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', `/lib/${triplet}`, `/usr/lib/${triplet}`]
  return libraries.filter(
    (name) =>
      !name.includes('/') && !list.includes(`${name}\0`) && !places.some((place) => existsSync(join(place, name))),
  )
}

function readQuietly(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Names in a folder of a root file system; a link that leads elsewhere is not followed out of it. */
function namesOf(folder: string): readonly string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder) : []
  } catch {
    return []
  }
}

function commandFor(
  wish: BinaryWish,
  architecture: ContainerArchitecture | undefined,
  runs: 'natively' | 'emulated',
  host: ContainerHost,
  root: string | undefined,
): readonly string[] {
  const emulator = architecture === undefined ? undefined : host.emulators[architecture]
  const emulation =
    runs === 'natively' || emulator === undefined
      ? []
      : [
          emulator,
          ...(root === undefined ? [] : ['-L', root]),
          ...(wish.cpuModel === undefined ? [] : ['-cpu', wish.cpuModel]),
          ...(wish.strace ? ['-strace'] : []),
          ...(wish.gdbPort === undefined ? [] : ['-g', String(wish.gdbPort)]),
        ]
  const program = [...emulation, wish.path, ...wish.args]
  if (!wish.sandbox) return program
  return [
    ...[
      'bwrap',
      '--unshare-all',
      ...(wish.gdbPort === undefined ? [] : ['--share-net']),
      '--die-with-parent',
      '--cap-drop',
      'ALL',
    ],
    ...[...systemView, '--tmpfs', '/tmp', '--dir', '/work', '--chdir', '/work'],
    ...(root === undefined || root.startsWith('/usr/') ? [] : ['--ro-bind', root, root]),
    ...['--ro-bind', wish.path, wish.path, '--', ...program],
  ]
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Whether the file system that holds a path is mounted with `noexec`. */
async function isNoexec(path: string): Promise<boolean> {
  const table = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  const mounts = table.split('\n').map((line) => line.split(' '))
  const inOrder = mounts
    .map(([, place = '', , options = '']) => ({ place: place.replaceAll(String.raw`\040`, ' '), options }))
    .filter(({ place }) => place !== '' && (place === '/' || dirname(path) === place || path.startsWith(`${place}/`)))
  const longest = Math.max(0, ...inOrder.map(({ place }) => place.length))
  const holder = inOrder.findLast(({ place }) => place.length === longest)
  return holder?.options.split(',').includes('noexec') ?? false
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
