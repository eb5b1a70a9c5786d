import type { VmSession } from './vm-session.ts'

const MIB = 1024 * 1024

/** Tells the balloon how much memory to leave to the guest. QEMU keeps that until the guest has its driver. */
export async function setMemoryTarget(session: VmSession, memoryMiB: number): Promise<void> {
  await session.execute('balloon', { value: memoryMiB * MIB })
}
