import type { SharedFolder } from '#contract/vm-spec'

const LONGEST_NAME = 31

/** What to type in the guest, as root, to see a shared folder there. Names hold nothing that a shell reads otherwise. */
export function mountCommand({ driver, id, readOnly }: Pick<SharedFolder, 'driver' | 'id' | 'readOnly'>): string {
  if (driver === 'virtiofs')
    return `mkdir -p /mnt/${id} && mount -t virtiofs${readOnly ? ' -o ro' : ''} ${id} /mnt/${id}`
  const options = ['trans=virtio', 'version=9p2000.L', 'msize=262144', ...(readOnly ? ['ro'] : [])].join(',')
  return `mkdir -p /mnt/${id} && mount -t 9p -o ${options} ${id} /mnt/${id}`
}

/** A name for a folder by which the guest can mount it: the folder's own with nothing special in it, and free. */
export function shareName(path: string, others: readonly Pick<SharedFolder, 'id'>[]): string {
  const taken = new Set(others.map(({ id }) => id))
  const own = path.split('/').findLast((part) => part !== '') ?? ''
  const plain = own
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  const base = (plain || 'folder').slice(0, LONGEST_NAME - 3)
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!taken.has(name)) return name
  }
}
