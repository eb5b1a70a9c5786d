import { architectureLabels, type ContainerArchitecture } from '#contract/container'
import type { BinaryFacts, Verdict } from '#contract/elf'
import { architectureFacts, runsNatively } from '../container/architectures.ts'
import { elfArchitecture, elfFacts, hasCode, osAbiName } from './elf-facts.ts'
import { type ElfFile, type ReadAt, readElf } from './read-elf.ts'
import { otherKind, scriptOf } from './other-files.ts'

/** A file as it lies on the disk. */
export interface FileToDiagnose {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'special'
  readonly sizeBytes: number
  readonly executable: boolean
  /** The file system is mounted with `noexec`. */
  readonly noexec: boolean
  readonly readAt: ReadAt
}

/** What of this host decides whether a file runs. */
export interface RunningHost {
  readonly architecture: ContainerArchitecture
  readonly kernel: readonly [number, number]
  readonly emulators: Readonly<Partial<Record<ContainerArchitecture, string>>>
  /** Whether a path exists on the host. */
  readonly hasFile: (path: string) => boolean
  /** Which of these libraries the host's own loader would not find. */
  readonly missingHere: (libraries: readonly string[]) => readonly string[]
  /** The root file system in which a foreign program finds its loader: the one with `interpreter` in it. */
  readonly rootFor: (
    architecture: ContainerArchitecture,
    interpreter: string,
  ) =>
    | {
        readonly folder: string
        readonly label: string
        readonly missing: (libraries: readonly string[]) => readonly string[]
      }
    | undefined
}

export interface Diagnosis {
  readonly facts: BinaryFacts
  readonly verdict: Verdict
}

/** Says what a file is and whether it runs here; where it does not, the first thing that stands in its way. */
export function diagnoseFile(file: FileToDiagnose, host: RunningHost): Diagnosis {
  if (file.kind === 'folder') return not({ format: 'folder' }, 'folder', 'This is a folder', 'Folders cannot be run.')
  if (file.kind === 'special')
    return not({ format: 'special' }, 'special-file', 'This is no regular file', 'It is a device, a pipe or a socket.')
  const head = file.readAt(0, 512)
  if (head.length === 0)
    return not(
      { format: 'empty' },
      'empty',
      'The file is empty',
      'There is nothing in it to run. Was a download or a copy cut off?',
    )
  const isElf = head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46
  if (isElf) return diagnoseElf(file, host)
  if (head[0] === 0x23 && head[1] === 0x21) return diagnoseScript(file, host, head)
  const { facts, verdict } = otherKind(head)
  return { facts, verdict }
}

function diagnoseElf(file: FileToDiagnose, host: RunningHost): Diagnosis {
  const reading = readElf(file.readAt, file.sizeBytes)
  if ('damage' in reading)
    return not(
      { format: 'elf' },
      'damaged-elf',
      'The program file is damaged',
      `${capital(reading.damage)}.`,
      'Get the file again, and compare its size and checksum.',
    )
  const { elf } = reading
  const facts = elfFacts(elf)
  return { facts, verdict: elfKindVerdict(elf, facts) ?? machineVerdict(elf, facts, file, host) }
}

/** What no machine could run as a program. */
function elfKindVerdict(elf: ElfFile, facts: BinaryFacts): Verdict | undefined {
  if (facts.type === 'object')
    return refusal(
      'object-file',
      'This is an object file, not a program',
      'It has been compiled and not linked.',
      'Link it (gcc file.o -o program). A kernel module (.ko) is loaded with insmod.',
    )
  if (facts.type === 'core')
    return refusal(
      'core-dump',
      'This is a core dump',
      'It is the memory of a program that crashed.',
      'Open it with gdb-multiarch together with the program.',
    )
  if (facts.type === 'library')
    return refusal(
      'library',
      'This is a library, not a program',
      'It has neither a loader nor a beginning of its own; programs load it.',
    )
  if (facts.type === 'other') return refusal('unknown-type', 'This ELF file is no program', `Its type is ${elf.type}.`)
  if (![0, 3].includes(elf.osAbi) && elf.machine !== 40)
    return refusal(
      'other-system',
      `This program is for ${osAbiName(elf.osAbi)}, not for Linux`,
      `Its OS ABI is ${elf.osAbi}.`,
      'Run it in a virtual machine with that system.',
    )
  if (!hasCode(elf))
    return refusal(
      'no-code',
      'There is no code in this program',
      'No segment of it is both loaded and executable. A file with debug symbols only looks like this.',
    )
  return undefined
}

function machineVerdict(elf: ElfFile, facts: BinaryFacts, file: FileToDiagnose, host: RunningHost): Verdict {
  const architecture = elfArchitecture(elf)
  if (facts.abi === 'x32')
    return refusal(
      'x32',
      'This program uses the x32 ABI',
      'Kernels of Debian and Ubuntu are built without it, or have it switched off.',
      'Build it for x86-64.',
    )
  if (facts.abi === 'n32' && architecture !== undefined)
    return refusal(
      'mips-n32',
      'This program uses the MIPS n32 ABI',
      'It needs another emulator than its header suggests (qemu-mipsn32).',
      'Build it for n64 or o32.',
    )
  if (facts.abi === 'old ARM ABI (OABI)')
    return refusal(
      'arm-oabi',
      'This program uses the old ARM ABI',
      'It is older than EABI (about 2007), and today’s loaders and emulators do not support it.',
      'Build it for armel or armhf.',
    )
  if (architecture === undefined)
    return refusal(
      'unknown-machine',
      `Petri cannot run programs for ${facts.machine ?? 'this machine'}`,
      'There is no emulator of user programs for it in Petri.',
    )
  const kernel = facts.minimumKernel
  if (kernel !== undefined && isNewer(kernel, host.kernel))
    return refusal(
      'kernel-too-old',
      `This program wants Linux ${kernel} or newer`,
      `This host runs Linux ${host.kernel.join('.')}.`,
      'Use an older build of it, or a virtual machine with a newer kernel.',
    )
  const native = runsNatively(host.architecture, architecture)
  const emulator = host.emulators[architecture]
  if (!native && emulator === undefined)
    return refusal(
      'emulator-missing',
      `This program is for ${architectureLabels[architecture]}`,
      `This host is ${architectureLabels[host.architecture]}, and qemu-${architectureFacts[architecture].qemu}-static is not installed.`,
      'Install the emulators.',
      'sudo apt-get install -y qemu-user-static',
    )
  const missing = loaderVerdict(facts, architecture, native, host, elf.hasLibraryPath)
  if (missing !== undefined) return missing
  if (native && file.noexec)
    return refusal(
      'noexec',
      'Programs on this file system are not run',
      'It is mounted with the option noexec.',
      'Copy the program somewhere else.',
    )
  if (!file.executable)
    return refusal(
      'not-executable',
      'The file is not marked as executable',
      native ? 'Its mode has no x for you.' : 'Its mode has no x for you, and the emulator ends without a word then.',
      'Mark it.',
      `chmod +x ${shellWord(file.path)}`,
    )
  if (native)
    return {
      runs: 'natively',
      code: 'native',
      title: 'This program runs on this host',
      why: 'It is for this host’s own processor.',
    }
  return {
    runs: 'emulated',
    code: facts.linkage === 'dynamic' ? 'emulated-dynamic' : 'emulated-static',
    title: `This program runs emulated (${architectureLabels[architecture]})`,
    why:
      facts.linkage === 'dynamic'
        ? 'Its loader and its libraries come from a root file system of its architecture.'
        : 'It brings everything with it.',
  }
}

function loaderVerdict(
  facts: BinaryFacts,
  architecture: ContainerArchitecture,
  native: boolean,
  host: RunningHost,
  hasLibraryPath: boolean,
): Verdict | undefined {
  const { interpreter, libraries = [] } = facts
  if (interpreter === undefined) return undefined
  const musl = interpreter.includes('ld-musl')
  const root = host.rootFor(architecture, interpreter)
  if (native && host.hasFile(interpreter))
    return hasLibraryPath || musl ? undefined : librariesVerdict(host.missingHere(libraries), 'this host')
  if (root === undefined) {
    const title = native
      ? `Its loader ${interpreter} is not on this host`
      : `No root file system here has its loader ${interpreter}`
    const why = musl
      ? 'It was built for musl (Alpine, for example), not for the GNU library.'
      : native
        ? 'The kernel says "No such file or directory" of the program when it means the loader.'
        : `It is a dynamic program for ${architectureLabels[architecture]}.`
    const from = musl ? 'an image with musl, such as Alpine’s' : 'a container of its architecture'
    return refusal(
      musl ? 'musl-loader-missing' : native ? 'loader-missing' : 'root-missing',
      title,
      why,
      `Make ${from} first; its root file system is then used.`,
      musl ? undefined : `petri container create ${architecture} --arch ${architecture} --from debian:bookworm`,
    )
  }
  return hasLibraryPath ? undefined : librariesVerdict(root.missing(libraries), root.label)
}

function librariesVerdict(missing: readonly string[], place: string): Verdict | undefined {
  if (missing.length === 0) return undefined
  const one = missing.length === 1
  return refusal(
    'library-missing',
    `It needs ${one ? 'a library that is' : 'libraries that are'} not there: ${missing.join(', ')}`,
    `${one ? 'It is' : 'They are'} not in ${place}.`,
    `Install the ${one ? 'package with it' : 'packages with them'} (apt-file search NAME tells which), or run it in a container that has ${one ? 'it' : 'them'}.`,
  )
}

function diagnoseScript(file: FileToDiagnose, host: RunningHost, head: Uint8Array): Diagnosis {
  const script = scriptOf(head)
  const facts: BinaryFacts = { format: 'script', ...(script.interpreter !== '' && { interpreter: script.interpreter }) }
  if (script.interpreter === '')
    return not(facts, 'script-without-interpreter', 'The first line names no program', 'After #! there is nothing.')
  if (script.windowsLineEnd)
    return not(
      facts,
      'script-crlf',
      'The first line ends as on Windows',
      `The kernel looks for a program called "${script.interpreter}\\r".`,
      'Turn the line ends into those of Linux.',
      `sed -i 's/\\r$//' ${shellWord(file.path)}`,
    )
  if (!script.interpreter.startsWith('/'))
    return not(
      facts,
      'script-relative',
      'The first line names a program without its folder',
      `${script.interpreter} is looked for in the working folder only.`,
      'Write #!/usr/bin/env in front of it.',
    )
  if (!host.hasFile(script.interpreter))
    return not(
      facts,
      'script-interpreter-missing',
      `The script is for ${script.interpreter}, which is not here`,
      'The kernel says "No such file or directory" or "bad interpreter".',
      'Install that program, or change the first line.',
    )
  if (!file.executable)
    return not(
      facts,
      'not-executable',
      'The file is not marked as executable',
      'Its mode has no x for you.',
      'Mark it.',
      `chmod +x ${shellWord(file.path)}`,
    )
  if (file.noexec)
    return not(
      facts,
      'noexec',
      'Programs on this file system are not run',
      'It is mounted with the option noexec.',
      'Run it through its program by hand.',
      `${script.interpreter} ${shellWord(file.path)}`,
    )
  return {
    facts,
    verdict: {
      runs: 'natively',
      code: 'script',
      title: 'This is a script that runs on this host',
      why: `${script.interpreter} runs it.`,
    },
  }
}

function not(facts: BinaryFacts, code: string, title: string, why: string, cure?: string, command?: string): Diagnosis {
  return { facts, verdict: refusal(code, title, why, cure, command) }
}

function refusal(code: string, title: string, why: string, cure?: string, command?: string): Verdict {
  const cureOf = cure === undefined ? {} : { cure: { text: cure, ...(command !== undefined && { command }) } }
  return { runs: 'not', code, title, why, ...cureOf }
}

function isNewer(wanted: string, [major, minor]: readonly [number, number]): boolean {
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number)
  return wantedMajor > major || (wantedMajor === major && wantedMinor > minor)
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const shellWord = (text: string) =>
  /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
