import type { ExitReason } from '#contract/vm-state'

/** What is known about a QEMU process that ended. */
export interface ProcessEnd {
  readonly exitCode: number | undefined
  /** Name such as `SIGKILL`; undefined when it exited by itself. */
  readonly signal: string | undefined
  /** Last lines of stderr, unedited; may be empty. */
  readonly stderrTail: string
  /** Whether the kernel's count of processes ended for want of memory grew while it ended. */
  readonly oomKillsGrew: boolean
  /** Whether it ever greeted over QMP: before that it "failed to start", afterwards it "crashed". */
  readonly started: boolean
}

/**
 * Why a machine ended that nobody had asked to end, in words for people; the caller adds the time. Exit code and signal
 * are both undefined when the process was another program's child, as an adopted machine is.
 */
export function explainExit(end: ProcessEnd): Omit<ExitReason, 'at'> {
  return {
    ...reason(end),
    ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
    ...(end.stderrTail === '' ? {} : { stderrTail: end.stderrTail }),
  }
}

type Reason = Pick<ExitReason, 'kind' | 'message'>

function reason(end: ProcessEnd): Reason {
  const { exitCode, oomKillsGrew, signal, started } = end
  const isUnseen = exitCode === undefined && signal === undefined
  if (oomKillsGrew && (signal === 'SIGKILL' || isUnseen)) {
    return {
      kind: 'out-of-memory',
      message: 'The host ran out of memory and ended this machine. Give it less memory, or close other programs.',
    }
  }
  if (exitCode === 0 && started) return { kind: 'guest-shutdown', message: 'The guest switched itself off.' }
  if (isUnseen && end.stderrTail.trim() === '') {
    return { kind: 'unknown', message: 'It ended while Petri was not there to see why.' }
  }
  return { kind: started ? 'crashed' : 'failed-to-start', message: failureMessage(end) }
}

function failureMessage({ exitCode, signal, stderrTail }: ProcessEnd): string {
  const known = knownSayings.find(({ pattern }) => pattern.test(stderrTail))
  if (known) return known.message(known.pattern.exec(stderrTail)?.slice(1).find(Boolean) ?? '')
  if (signal !== undefined) return signalMessages[signal] ?? `QEMU was ended by ${signal}.`
  const lastLine = stderrTail.trim().split('\n').at(-1)?.trim()
  const said = lastLine ? `It said: ${lastLine}` : 'It said nothing.'
  return exitCode === undefined ? `QEMU ended. ${said}` : `QEMU ended with exit code ${exitCode}. ${said}`
}

/** What QEMU 6.2 to 10 and bubblewrap write to stderr, the telling ones first. The capture goes into the message. */
const knownSayings: readonly { readonly pattern: RegExp; readonly message: (captured: string) => string }[] = [
  {
    pattern: /Failed to get (?:shared )?"(?:write|consistent read|resize)" lock/,
    message: () => 'A disk is in use by another program, most likely by another running machine.',
  },
  {
    pattern: /(?:cannot set up guest memory|[Cc]annot allocate memory|unable to allocate \d+ bytes)/,
    message: () => "The host could not give the guest's memory. Choose less, or close other programs.",
  },
  {
    pattern: /Could not set up host forwarding rule '([^']+)'/,
    message: (rule) =>
      `The port forward ${rule} could not be opened: another program has the port, or it may not be used by you.`,
  },
  {
    pattern: /[Cc]ould not access KVM kernel module: (.+)/,
    message: (why) => `KVM could not be used (${why}). Set the accelerator to "auto" to run without it.`,
  },
  {
    pattern: /failed to initialize kvm: (.+)/i,
    message: (why) => `KVM could not be started (${why}). Set the accelerator to "auto" to run without it.`,
  },
  {
    pattern: /KVM: entry failed|kvm run failed|KVM internal error/,
    message: () => 'KVM stopped with an internal error. Setting the accelerator to "tcg" runs the machine without it.',
  },
  {
    pattern: /Could not open '([^']+)': No such file or directory/,
    message: (file) => `The file ${file} is not there.`,
  },
  {
    pattern: /Could not open '([^']+)': Permission denied/,
    message: (file) => `The file ${file} may not be opened by you.`,
  },
  {
    pattern: /bwrap: Can't find source path ([^:]+):/,
    message: (file) => `The file ${file} is not there, so the sandbox could not be built.`,
  },
  {
    pattern: /bwrap: (?:setting up uid map|No permissions to create|Creating new namespace failed|loopback)/,
    message: () =>
      'This host does not let ordinary users make the namespaces of the sandbox. The host check shows how to allow it.',
  },
  { pattern: /bwrap: (.+)/, message: (why) => `The sandbox could not be built: ${why}.` },
  {
    pattern: /Image (?:is )?not in (\S+) format|invalid (VMDK|VPC) image/,
    message: (format) => `A disk is not in the stored format, ${format.toLowerCase()}.`,
  },
  {
    pattern: /Image is corrupt|marked corrupt/i,
    message: () => 'A disk is marked as corrupt. Check it with qemu-img check before you start the machine again.',
  },
  {
    pattern: /unable to find CPU model '([^']+)'/,
    message: (model) => `This QEMU does not know the CPU model ${model}.`,
  },
  {
    pattern: /CPU model '([^']+)' requires KVM/,
    message: (model) => `The CPU model ${model} works under KVM only. Choose "max".`,
  },
  {
    pattern: /unsupported machine type(?:: "?([^\s"]+))?/,
    message: (type) => `This QEMU does not know the machine type${type === '' ? ' of this machine' : ` ${type}`}.`,
  },
  {
    pattern: /'([^']+)' is not a valid device model name/,
    message: (device) => `This QEMU was built without the device ${device}; a package of the distribution may add it.`,
  },
  {
    pattern: /PVH ELF Note|invalid kernel header|could not load kernel|The image is not ELF/,
    message: () => 'The kernel file is not a kernel that this machine can load.',
  },
  { pattern: /No space left on device/, message: () => 'A file system of this host is full.' },
]

const signalMessages: Readonly<Record<string, string | undefined>> = {
  SIGSYS:
    'QEMU made a system call that its sandbox forbids, and was stopped. This may be an attack by the guest, or a defect of QEMU.',
  SIGSEGV: 'QEMU crashed (invalid memory access): a defect of QEMU, which its guest may have caused.',
  SIGABRT: 'QEMU found itself in a state that must not be, and stopped (abort).',
  SIGBUS: 'QEMU could not reach its memory or a file (SIGBUS): the file system may be full.',
  SIGKILL: 'Another program ended QEMU by force (SIGKILL).',
  SIGTERM: 'Another program asked QEMU to end (SIGTERM), as happens when the host shuts down.',
  SIGXCPU: 'QEMU used more processor time than it was allowed.',
  SIGXFSZ: 'QEMU wrote a file larger than it was allowed.',
}
