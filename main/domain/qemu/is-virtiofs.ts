import type { SharedFolder } from '#contract/vm-spec'

import type { VmDecisions } from '../vm/vm-decisions.ts'

/** Id of the memory that QEMU shares with virtiofsd. */
export const sharedMemoryId = 'ram'

/** Whether a folder reaches the guest by virtiofs in this run; a throwaway run has no sockets and takes 9p. */
export function isVirtiofs({ mode }: Pick<VmDecisions, 'mode'>, { driver }: SharedFolder): boolean {
  return driver === 'virtiofs' && mode.kind === 'service'
}

/** Whether the guest's memory has to be open to another program: virtiofsd copies straight into it. */
export function sharesMemory(decisions: Pick<VmDecisions, 'mode' | 'spec'>): boolean {
  return decisions.spec.sharedFolders.some((folder) => isVirtiofs(decisions, folder))
}
