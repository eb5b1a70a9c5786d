import type { VmSpec } from '#contract/vm-spec'

/**
 * Place of each disk, drive and card in the boot order, by id within its kind: 1 is tried first. Empty on a direct
 * kernel boot, where the kernel's loader takes the first place itself. Counting begins at 1 for the same reason: two
 * devices with one place make QEMU refuse to start.
 */
export function bootIndexes(spec: VmSpec): (kind: BootKind, id: string) => number | undefined {
  if (spec.kernel) return () => undefined
  const ids: Readonly<Record<BootKind, readonly { readonly id: string }[]>> = {
    disk: spec.disks,
    cdrom: spec.cdroms,
    network: spec.networks,
  }
  const kinds = [...new Set(spec.boot.order)]
  const places = new Map(
    kinds.flatMap((kind) => ids[kind].map(({ id }) => `${kind} ${id}`)).map((key, index) => [key, index + 1]),
  )
  return (kind, id) => places.get(`${kind} ${id}`)
}

type BootKind = VmSpec['boot']['order'][number]
