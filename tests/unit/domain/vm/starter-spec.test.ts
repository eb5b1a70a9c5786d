import { expect, test } from 'vitest'

import { vmDraftSchema } from '#contract/vm-spec'

import { starterDraft } from '../../../../main/domain/vm/starter-spec.ts'

test.each(['x86_64', 'aarch64', 'arm'] as const)(
  'the Starter of %s is a whole draft, every default written out',
  (architecture) => {
    const files = { kernelPath: 'vmlinuz', initrdPath: 'initrd.img', commandLine: 'console=ttyS0' }
    const draft = starterDraft(architecture, files)
    expect(vmDraftSchema.parse(draft)).toEqual(draft)
    expect(draft.kernel).toEqual(files)
  },
)
