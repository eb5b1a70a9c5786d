import type { CallName, CallParams, CallResult } from '#contract/api'
import type { InspectedMedium } from '#contract/medium'

const GIB = 1024 ** 3

/** What files are, by their names alone, and what a computer of 16 GiB has left. */
export function fakeMediaHandlers(refuse: (title: string) => Error): {
  readonly [N in Extract<CallName, 'file.inspect' | 'host.budget'>]: (params: CallParams<N>) => CallResult<N>
} {
  return {
    'file.inspect': ({ path }): InspectedMedium => {
      if (path.includes('broken')) throw refuse(`${path} is empty (0 bytes)`)
      if (path.endsWith('.iso'))
        return {
          kind: 'iso',
          path,
          sizeBytes: 660_000_000,
          volumeId: 'Debian 12.5.0 amd64 n',
          os: {
            id: 'debian12',
            name: 'Debian 12',
            version: '12',
            family: 'linux',
            architecture: 'x86_64',
            knownBy: 'osinfo-db',
            endOfLife: '2028-06-30',
            recommended: {
              memoryMiB: 2048,
              cpus: 2,
              diskGiB: 20,
              firmware: 'bios',
              tpm: false,
              diskBus: 'virtio',
              networkModel: 'virtio',
            },
          },
        }
      if (path.includes('vmlinuz')) return { kind: 'kernel', path, sizeBytes: 9_000_000, architecture: 'x86_64' }
      return { kind: 'disk', path, sizeBytes: 2 * GIB, format: path.endsWith('.qcow2') ? 'qcow2' : 'raw' }
    },
    'host.budget': () => ({
      runningMachines: 1,
      memoryMiB: { total: 16_384, inUse: 2048, safe: 9000, caution: 10_000 },
      cpus: { total: 8, inUse: 2, safe: 6, caution: 8 },
      diskBytes: { total: 500 * GIB, inUse: 318 * GIB, safe: 145 * GIB, caution: 182 * GIB },
    }),
  }
}
