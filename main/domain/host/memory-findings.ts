import type { HostFinding } from '#contract/host'
import type { HostDetails } from './host-details.ts'

const BYTES_PER_MIB = 1024 ** 2

/** What this host does to save memory between machines, and its large pages. */
export function memoryFindings(details: HostDetails): readonly HostFinding[] {
  return [ksmFinding(details), hugePageFinding(details)]
}

function ksmFinding({ ksm }: HostDetails): HostFinding {
  const base = { id: 'ksm', title: 'Shared memory pages (KSM)' }
  if (ksm === undefined)
    return { ...base, status: 'ok', finding: 'This kernel was built without it: equal pages of machines stay apart.' }
  const evidence = `/sys/kernel/mm/ksm/run: ${ksm.run}, pages_sharing: ${ksm.pagesSharing}`
  if (ksm.run === '1') {
    const savedMiB = (ksm.pagesSharing * ksm.pageBytes) / BYTES_PER_MIB
    return { ...base, status: 'ok', finding: `It is on and saves ${savedMiB.toFixed(0)} MiB now.`, evidence }
  }
  return {
    ...base,
    status: 'ok',
    finding: 'It is off. On, it keeps pages that several machines have in common once, for some processor time.',
    evidence,
    fix: { text: 'Worth it with many machines of one kind.', command: 'echo 1 | sudo tee /sys/kernel/mm/ksm/run' },
  }
}

function hugePageFinding({ hugePages, transparentHugePages }: HostDetails): HostFinding {
  const base = { id: 'hugepages', title: 'Huge pages' }
  const reserved =
    hugePages === undefined || hugePages.total === 0
      ? 'none reserved'
      : `${hugePages.total} of ${hugePages.sizeKiB} KiB reserved, ${hugePages.free} free`
  const evidence = `${reserved}; transparent: ${transparentHugePages ?? 'not in this kernel'}`
  if (transparentHugePages === 'never')
    return {
      ...base,
      status: 'advice',
      finding: 'Transparent huge pages are off: large machines run a little slower.',
      evidence,
      fix: {
        text: 'Let programs ask for them, as QEMU does.',
        command: 'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled',
      },
    }
  return { ...base, status: 'ok', finding: 'The kernel gives machines huge pages where it can.', evidence }
}
