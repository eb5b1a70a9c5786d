import { describe, expect, test } from 'vitest'

import { explainExit, type ProcessEnd } from '../../../../main/domain/vm/explain-exit.ts'

const plainEnd: ProcessEnd = { exitCode: 1, signal: undefined, stderrTail: '', oomKillsGrew: false, started: false }

const explain = (end: Partial<ProcessEnd>) => {
  const { kind, message } = explainExit({ ...plainEnd, ...end })
  return `${kind}: ${message}`
}

/** What QEMU 7.2 and bubblewrap 0.8 wrote to stderr when it was provoked. */
describe('what QEMU says is put into words', () => {
  test.each([
    [
      'qemu-system-x86_64: -device {"driver":"virtio-blk-pci"}: Failed to get "write" lock\nIs another process using the image [/vm/disk-root.qcow2]?',
      'A disk is in use by another program, most likely by another running machine.',
    ],
    [
      "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
      "The host could not give the guest's memory. Choose less, or close other programs.",
    ],
    [
      "qemu-system-x86_64: -netdev {}: Could not set up host forwarding rule 'tcp:127.0.0.1:8080-:80'",
      'The port forward tcp:127.0.0.1:8080-:80 could not be opened: another program has the port, or it may not be used by you.',
    ],
    [
      'Could not access KVM kernel module: Permission denied\nqemu-system-x86_64: failed to initialize kvm: Permission denied',
      'KVM could not be used (Permission denied). Set the accelerator to "auto" to run without it.',
    ],
    [
      "qemu-system-x86_64: -blockdev {}: Could not open '/vm/disk-root.qcow2': No such file or directory",
      'The file /vm/disk-root.qcow2 is not there.',
    ],
    [
      "qemu-system-x86_64: -blockdev {}: Could not open '/vm/disk-root.qcow2': Permission denied",
      'The file /vm/disk-root.qcow2 may not be opened by you.',
    ],
    [
      "bwrap: Can't find source path /home/ada/root.qcow2: No such file or directory",
      'The file /home/ada/root.qcow2 is not there, so the sandbox could not be built.',
    ],
    [
      'bwrap: setting up uid map: Permission denied',
      'This host does not let ordinary users make the namespaces of the sandbox. The host check shows how to allow it.',
    ],
    [
      "bwrap: Can't mkdir parents for /vm/x: Read-only file system",
      "The sandbox could not be built: Can't mkdir parents for /vm/x: Read-only file system.",
    ],
    ['qemu-system-x86_64: -blockdev {}: Image is not in qcow2 format', 'A disk is not in the stored format, qcow2.'],
    ['qemu-system-x86_64: -blockdev {}: invalid VMDK image descriptor', 'A disk is not in the stored format, vmdk.'],
    ['qemu-system-x86_64: -blockdev {}: Image not in QED format', 'A disk is not in the stored format, qed.'],
    ['qemu: invalid kernel header', 'The kernel file is not a kernel that this machine can load.'],
    ["qemu-system-x86_64: unable to find CPU model 'Z80'", 'This QEMU does not know the CPU model Z80.'],
    [
      "qemu-system-x86_64: CPU model 'host' requires KVM or HVF",
      'The CPU model host works under KVM only. Choose "max".',
    ],
    [
      'qemu-system-x86_64: unsupported machine type\nUse -machine help to list supported machines',
      'This QEMU does not know the machine type of this machine.',
    ],
    ['qemu-system-x86_64: unsupported machine type: "z80"', 'This QEMU does not know the machine type z80.'],
    [
      "qemu-system-ppc64: -device virtio-vga: 'virtio-vga' is not a valid device model name",
      'This QEMU was built without the device virtio-vga; a package of the distribution may add it.',
    ],
    ['qemu-system-x86_64: Failed to write to log: No space left on device', 'A file system of this host is full.'],
    ['something new', 'QEMU ended with exit code 1. It said: something new'],
    ['', 'QEMU ended with exit code 1. It said nothing.'],
  ])('%s', (stderrTail, message) => {
    expect(explain({ stderrTail })).toBe(`failed-to-start: ${message}`)
  })
})

test.each([
  ['SIGSYS', 'sandbox forbids'],
  ['SIGSEGV', 'invalid memory access'],
  ['SIGABRT', 'abort'],
  ['SIGKILL', 'by force'],
  ['SIGUSR2', 'SIGUSR2'],
])('a running machine that is ended by %s has crashed, and says so', (signal, words) => {
  const said = explain({ exitCode: undefined, signal, started: true })
  expect(said).toContain('crashed: ')
  expect(said).toContain(words)
})

test('the kernel ends a machine for want of memory', () => {
  expect(explain({ exitCode: undefined, signal: 'SIGKILL', oomKillsGrew: true, started: true })).toContain(
    'out-of-memory',
  )
})

test('another program is ended for want of memory while this one crashes', () => {
  expect(explain({ exitCode: undefined, signal: 'SIGSEGV', oomKillsGrew: true, started: true })).toContain('crashed')
})

test('a guest that switches itself off', () => {
  expect(explain({ exitCode: 0, started: true })).toBe('guest-shutdown: The guest switched itself off.')
})

test('an end that nobody saw', () => {
  expect(explain({ exitCode: undefined, started: true })).toContain('unknown: ')
})

test('facts are kept beside the words', () => {
  expect(explainExit({ ...plainEnd, exitCode: 1, stderrTail: 'x' })).toMatchObject({ exitCode: 1, stderrTail: 'x' })
  expect(explainExit({ ...plainEnd, exitCode: undefined, signal: 'SIGBUS' })).toMatchObject({ signal: 'SIGBUS' })
})
