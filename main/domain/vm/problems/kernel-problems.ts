import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { fileProblems } from './file-problems.ts'
import { error, warning } from './make-problem.ts'

/** Files of a direct kernel boot. */
export function kernelProblems({ kernel, serialPorts }: VmSpec, { files }: VmFacts): readonly Problem[] {
  if (!kernel) return []
  const { commandLine, initrdPath, kernelPath } = kernel
  return [
    ...fileProblems({ field: 'kernel.kernelPath', path: kernelPath, what: 'The kernel', facts: files[kernelPath] }),
    ...(initrdPath === undefined
      ? []
      : fileProblems({ field: 'kernel.initrdPath', path: initrdPath, what: 'The initrd', facts: files[initrdPath] })),
    ...(commandLine.includes('\0')
      ? [error('kernel.commandLine', 'command-line-nul', 'The command line holds a NUL byte.', 'Remove it.')]
      : []),
    ...(serialPorts > 0 && !/(^|\s)console=/.test(commandLine)
      ? [
          warning(
            'kernel.commandLine',
            'console-silent',
            'The command line has no console=, so the kernel may write nothing to the serial port.',
            'Add console=ttyS0 (PC, RISC-V), console=ttyAMA0 (ARM) or console=hvc0 (POWER).',
          ),
        ]
      : []),
  ]
}
