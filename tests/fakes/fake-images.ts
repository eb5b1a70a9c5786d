import type { ApiEvent, CallParams, CallResult } from '#contract/api'
import type { CatalogueImage, ImageList } from '#contract/image'

type ImageCallName =
  | 'image.list'
  | 'image.refresh'
  | 'image.pull'
  | 'image.import'
  | 'image.remove'
  | 'image.prune'
  | 'image.addServer'
  | 'image.removeServer'
type ImageHandlers = { readonly [N in ImageCallName]: (params: CallParams<N>) => CallResult<N> }

const at = '2026-03-02T09:30:00.000Z'
const nothing: ImageList = { images: [], stored: [], servers: [], offline: false }

/** Answers the calls about images from memory; a job that it begins is announced and stays under way. */
export function fakeImageHandlers(first: ImageList = nothing, announce: (event: ApiEvent) => void): ImageHandlers {
  let list = first
  let begun = 0
  const change = (next: ImageList) => {
    list = next
    announce({ kind: 'image.changed' })
  }
  const begin = (kind: string, title: string, subjectId: string): { jobId: string } => {
    const jobId = `image-job-${++begun}`
    const state = {
      kind: 'running',
      since: at,
      at: { phase: 'Downloading', doneBytes: 40_000_000, totalBytes: 100_000_000 },
    } as const
    const subject = { kind: 'image', id: subjectId } as const
    const job = { id: jobId, kind, title, subject, createdAt: at, canPause: true, canRetry: true, state }
    announce({ kind: 'job.changed', job })
    return { jobId }
  }
  return {
    'image.list': () => list,
    'image.refresh': () => begin('image.refresh', 'Read the lists of images', ''),
    'image.pull': (wish) =>
      'id' in wish
        ? begin('image.pull', `Download ${wish.id}`, wish.id)
        : begin('image.pull', `Download ${wish.url}`, wish.url),
    'image.import': ({ path }) => begin('image.import', `Import ${path}`, path),
    'image.remove': ({ digest }) => {
      change({ ...list, stored: list.stored.filter((image) => image.digest !== digest) })
      return { freedBytes: 1_000_000 }
    },
    'image.prune': ({ dryRun }) => {
      const unused = list.stored.filter(({ usedBy }) => usedBy.length === 0)
      if (!dryRun) change({ ...list, stored: list.stored.filter(({ usedBy }) => usedBy.length > 0) })
      const freedBytes = unused.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      return { removed: unused.map(({ digest }) => digest), freedBytes }
    },
    'image.addServer': ({ url }) => {
      const server = { id: 'added', title: url, url, builtIn: false, signature: 'unsigned', imageCount: 0 } as const
      change({ ...list, servers: [...list.servers, server] })
      return { id: 'added' }
    },
    'image.removeServer': ({ id }) => {
      change({ ...list, servers: list.servers.filter((server) => server.id !== id) })
      return {}
    },
  }
}

/** Images of every kind and trust, a server that failed, and names that are too long. */
export function showcaseImages(offline: boolean): ImageList {
  const image = (os: string, release: string, architecture: string, more: Partial<CatalogueImage>): CatalogueImage => ({
    id: `${os}/${release}/${architecture}/server/${more.kind ?? 'disk'}@ubuntu`,
    kind: 'disk',
    format: 'qcow2',
    os,
    release,
    variant: 'server',
    architecture,
    title: `${os.charAt(0).toUpperCase()}${os.slice(1)} ${release}`,
    serverId: 'ubuntu',
    version: '20260301',
    sizeBytes: 612_000_000,
    trust: 'publisher-digest',
    ...more,
  })
  const stored = {
    format: 'qcow2',
    os: 'debian',
    release: '12',
    variant: '',
    architecture: 'amd64',
    sizeBytes: 340_000_000,
    addedAt: at,
    source: 'debian/12/amd64/genericcloud/disk@petri',
    kind: 'disk',
  } as const
  const path = (digest: string) => `/home/petri/.local/share/petri/images/sha256/${digest}`
  const one = '1'.repeat(64)
  const two = '2'.repeat(64)
  return {
    offline,
    images: [
      ...['amd64', 'arm64', 'armhf', 'riscv64'].flatMap((arch) => [
        image('ubuntu', '24.04', arch, { title: 'Ubuntu 24.04 LTS, server', trust: 'signed' }),
        image('ubuntu', '24.04', arch, {
          kind: 'root',
          format: 'squashfs',
          title: 'Ubuntu 24.04 LTS, server',
          sizeBytes: 240_000_000,
        }),
      ]),
      image('debian', '12', 'amd64', { digest: one, trustNote: 'Its publisher does not sign it.' }),
      image('alpine', '3.21', 'amd64', { kind: 'iso', format: 'iso' }),
      image('long', '1', 'amd64', {
        title: 'A name that goes on for as long as is allowed '.repeat(4).slice(0, 200),
        trust: 'pinned',
      }),
    ].map((each) => ({ ...each })),
    stored: [
      {
        ...stored,
        digest: one,
        path: path(one),
        title: 'Debian 12 (bookworm), cloud',
        trust: 'publisher-digest',
        trustNote: 'Digest from https://cloud.debian.org/SHA512SUMS',
        usedBy: [{ kind: 'vm', id: 'web', name: 'web' }],
      },
      {
        ...stored,
        digest: two,
        path: path(two),
        title: 'a-file-of-mine-with-a-name-that-is-much-longer-than-anybody-would-want-it-to-be-on-a-screen.img',
        trust: 'none',
        trustNote: 'Imported from this computer',
        usedBy: [],
        architecture: '',
      },
    ],
    servers: [
      { id: 'petri', title: 'The list that comes with Petri', builtIn: true, signature: 'unsigned', imageCount: 39 },
      {
        id: 'ubuntu',
        title: 'Ubuntu cloud images',
        url: 'https://cloud-images.ubuntu.com/releases/',
        builtIn: true,
        signature: 'signed',
        imageCount: 8,
        fetchedAt: at,
      },
      {
        ...{
          id: 'linuxcontainers',
          title: 'linuxcontainers.org',
          url: 'https://images.linuxcontainers.org/',
          builtIn: true,
        },
        ...{ signature: 'unsigned', imageCount: 0 },
        failure: {
          code: 'unavailable',
          title: 'The server cannot be reached',
          cause: 'This computer is offline.',
          cure: { text: 'Check the network.' },
        },
      },
    ],
  }
}
