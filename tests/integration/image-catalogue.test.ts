import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCleartextMessage, createMessage, generateKey, readPrivateKey, sign } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Job } from '#contract/job'
import { bootSectorDisk } from '../fixtures/bad-servers.ts'
import { json, qcow2Disk, sha256, streamsTree as treeFor } from '../fixtures/streams-tree.ts'
import { httpsServer, sendFile } from '../support/https-server.ts'
import { testImages } from '../support/image-service.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TestAuthority, testAuthority } from '../support/test-authority.ts'

const architectures = ['amd64', 'arm64', 'armhf', 'riscv64'] as const
const streamsTree = () => treeFor(architectures)

let shared: Awaited<ReturnType<typeof temporaryFolder>>
let authority: TestAuthority
let signer: Signer
let stranger: Signer
beforeAll(async () => {
  shared = await temporaryFolder()
  authority = await testAuthority(shared.path)
  signer = await newSigner('Publisher')
  stranger = await newSigner('Stranger')
  await writeFile(join(shared.path, 'publisher.gpg'), signer.publicKey)
})
afterAll(() => shared[Symbol.asyncDispose]())

interface Signer {
  readonly publicKey: string
  readonly fingerprint: string
  clearsign(text: string): Promise<string>
  detached(bytes: Uint8Array): Promise<string>
}

async function newSigner(name: string): Promise<Signer> {
  const made = await generateKey({ userIDs: [{ name, email: 'key@example.org' }], format: 'armored' })
  const signingKeys = await readPrivateKey({ armoredKey: made.privateKey })
  return {
    publicKey: made.publicKey,
    fingerprint: signingKeys.getFingerprint().toUpperCase(),
    clearsign: async (text) => sign({ message: await createCleartextMessage({ text }), signingKeys }),
    detached: async (binary) =>
      sign({ message: await createMessage({ binary }), signingKeys, detached: true, format: 'armored' }),
  }
}

async function signTree(files: Map<string, Buffer>, by: Signer): Promise<void> {
  for (const name of ['products', 'index']) {
    const text = files.get(`/streams/v1/${name}.json`)?.toString() ?? ''
    files.set(`/streams/v1/${name}.sjson`, Buffer.from(await by.clearsign(text)))
  }
}

async function setUp(files: ReadonlyMap<string, Buffer>, options: Parameters<typeof testImages>[2] = {}) {
  const folder = await temporaryFolder()
  const server = await httpsServer(authority.good, (request, response) => {
    const file = files.get(request.url ?? '')
    if (file) return sendFile(request, response, file)
    response.writeHead(404)
    response.end()
  })
  const test = await testImages(folder.path, authority.caFile, options)
  // Only the server of the test is asked.
  for (const id of ['ubuntu', 'linuxcontainers']) await test.images.removeServer(id)
  const run = async (job: Promise<Job>) => (await test.ended(await job)).state
  const dispose = async () => {
    await test[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { ...test, run, server, path: folder.path, [Symbol.asyncDispose]: dispose }
}

describe('a simplestreams server', () => {
  it('is listed, pulled from, checked, used and pruned', async () => {
    let used = new Set<string>()
    await using test = await setUp(streamsTree(), {
      usersOf: async (paths) =>
        new Map(paths.filter((path) => used.has(path)).map((path) => [path, [{ kind: 'vm', id: 'web', name: 'Web' }]])),
    })
    await test.images.addServer({ url: test.server.url, fingerprints: [] })
    expect(await test.run(test.images.refresh(undefined))).toMatchObject({ kind: 'done' })
    const { images, servers } = await test.images.list()
    expect(images.map(({ id }) => id).toSorted()).toEqual(
      architectures
        .flatMap((arch) => ['disk', 'root'].map((kind) => `example/1.0/${arch}/server/${kind}@127-0-0-1`))
        .toSorted(),
    )
    expect(new Set(images.map(({ version, trust }) => `${version} ${trust}`))).toEqual(
      new Set(['20260301 publisher-digest']),
    )
    expect(servers.at(-1)).toMatchObject({ id: '127-0-0-1', imageCount: 8, signature: 'unsigned' })

    for (const { id, kind, vmArchitecture } of images) {
      const state = await test.run(test.images.pull({ id, acceptUnverified: false }))
      if (state.kind !== 'done') throw new Error(JSON.stringify(state))
      const { path, digest } = state.result
      expect(state.result).toMatchObject({ kind, vmArchitecture, trust: 'publisher-digest' })
      expect(
        createHash('sha256')
          .update(await readFile(String(path)))
          .digest('hex'),
      ).toBe(digest)
    }
    const { stored, images: after } = await test.images.list()
    expect(stored).toHaveLength(8)
    expect(after.every(({ digest }) => digest !== undefined)).toBe(true)

    const [first, second] = stored
    used = new Set([first?.path ?? ''])
    await expect(test.images.remove(first?.digest ?? '')).rejects.toMatchObject({
      failure: { code: 'in-use', evidence: 'used by "Web"' },
    })
    const hold = await test.images.hold(second?.digest ?? '')
    const planned = await test.images.prune(true)
    expect(planned.removed).toHaveLength(6)
    expect((await test.images.list()).stored).toHaveLength(8)
    expect(await test.images.prune(false)).toEqual(planned)
    hold.end()
    expect((await test.images.list()).stored.map(({ digest }) => digest)).toEqual([first?.digest, second?.digest])
    expect((await test.images.remove(second?.digest ?? '')).freedBytes).toBe(second?.sizeBytes)
  })

  it('is shown as it was last read when it cannot be reached', async () => {
    const files = streamsTree()
    await using folder = await temporaryFolder()
    {
      await using test = await setUp(files)
      await mkdir(join(folder.path, 'images'), { recursive: true })
      const id = await test.images.addServer({ url: test.server.url, fingerprints: [] })
      await test.run(test.images.refresh(id))
      const { images } = await test.images.list()
      await test.run(test.images.pull({ id: images[0]?.id ?? '', acceptUnverified: false }))
      await test.server[Symbol.asyncDispose]()
      expect(await test.run(test.images.refresh(id))).toMatchObject({
        kind: 'failed',
        failure: { code: 'unavailable' },
      })
      const list = await test.images.list()
      expect(list.offline).toBe(true)
      expect(list.images).toHaveLength(8)
      expect(list.stored).toHaveLength(1)
      expect(list.servers.at(-1)?.failure?.title).toBe('The server cannot be reached')
      // The disposal above is the server's second.
      Object.assign(test.server, { [Symbol.asyncDispose]: async () => undefined })
    }
  })

  it('keeps the good part of a list with hostile entries', async () => {
    const files = streamsTree()
    const item = { ftype: 'disk1.img', size: 10, sha256: '0'.repeat(64) }
    const product = (value: object) => ({
      arch: 'amd64',
      os: 'bad',
      version: '1',
      versions: { 20260101: { items: { a: value } } },
    })
    const hostile = {
      ...{ absolute: product({ ...item, path: '/etc/passwd' }), up: product({ ...item, path: 'a/../../b' }) },
      ...{ scheme: product({ ...item, path: 'file:///etc/passwd' }), query: product({ ...item, path: 'a?b' }) },
      ...{ encoded: product({ ...item, path: '%2e%2e/b' }), digest: product({ ...item, path: 'a', sha256: 'xyz' }) },
      ...{ size: product({ ...item, path: 'a', size: -1 }), lacking: { versions: 7 }, nothing: null, list: [1, 2] },
    }
    const good = JSON.parse(files.get('/streams/v1/products.json')?.toString() ?? '')
    files.set('/streams/v1/products.json', json({ ...good, products: { ...hostile, ...good.products } }))
    await using test = await setUp(files)
    const id = await test.images.addServer({ url: test.server.url, fingerprints: [] })
    expect(await test.run(test.images.refresh(id))).toMatchObject({ kind: 'done' })
    const ids = (await test.images.list()).images.map((image) => image.id)
    expect(ids.filter((name) => name.startsWith('example'))).toHaveLength(8)
    expect(ids.filter((name) => !name.startsWith('example'))).toEqual([])
  })

  it('says why a list is no list', async () => {
    const files = new Map([['/streams/v1/index.json', Buffer.from('<html>')]])
    await using test = await setUp(files)
    const id = await test.images.addServer({ url: test.server.url, fingerprints: [] })
    expect(await test.run(test.images.refresh(id))).toMatchObject({
      kind: 'failed',
      failure: { evidence: 'its index is not JSON' },
    })
  })

  it('gives an image that does not fit its digest to nobody', async () => {
    const files = streamsTree()
    for (const path of files.keys()) if (path.endsWith('disk1.img')) files.set(path, qcow2Disk('changed'))
    await using test = await setUp(files)
    const id = await test.images.addServer({ url: test.server.url, fingerprints: [] })
    await test.run(test.images.refresh(id))
    const image = (await test.images.list()).images.find(({ kind }) => kind === 'disk')
    const state = await test.run(test.images.pull({ id: image?.id ?? '', acceptUnverified: true }))
    expect(state).toMatchObject({ kind: 'failed', failure: { title: 'The file is not what its publisher says it is' } })
    expect(await test.files()).toEqual([])
  })
})

describe('a signed list', () => {
  const keys = () => ({ keyring: join(shared.path, 'publisher.gpg'), fingerprints: [signer.fingerprint] })

  it('makes its images signed', async () => {
    const files = streamsTree()
    await signTree(files, signer)
    await using test = await setUp(files)
    const id = await test.images.addServer({ url: test.server.url, ...keys() })
    expect(await test.run(test.images.refresh(id))).toMatchObject({ kind: 'done' })
    const { images, servers } = await test.images.list()
    expect(servers.at(-1)?.signature).toBe('signed')
    const state = await test.run(test.images.pull({ id: images[0]?.id ?? '', acceptUnverified: false }))
    expect(state).toMatchObject({ kind: 'done', result: { trust: 'signed' } })
  })

  it.for(['by a stranger', 'changed', 'index only', 'cut', 'not signed'] as const)('is refused: %s', async (fault) => {
    const files = streamsTree()
    await signTree(files, fault === 'by a stranger' ? stranger : signer)
    const path = '/streams/v1/products.sjson'
    const text = files.get(path)?.toString() ?? ''
    if (fault === 'changed') files.set(path, Buffer.from(text.replace('"size":', '"sizes":')))
    if (fault === 'index only') files.set(path, Buffer.from(await stranger.clearsign('{}')))
    if (fault === 'cut') files.set(path, Buffer.from(text.slice(0, text.length / 2)))
    if (fault === 'not signed') files.set(path, files.get('/streams/v1/products.json') ?? Buffer.alloc(0))
    await using test = await setUp(files)
    const id = await test.images.addServer({ url: test.server.url, ...keys() })
    const state = await test.run(test.images.refresh(id))
    expect(state.kind === 'failed' ? state.failure.title : state.kind).toMatch(/^The signature of .* is wrong$/)
    expect((await test.images.list()).images).toEqual([])
  })

  it('is refused when the keyring lacks the key, or is gone', async () => {
    const files = streamsTree()
    await signTree(files, signer)
    await using test = await setUp(files)
    const other = { keyring: keys().keyring, fingerprints: [stranger.fingerprint] }
    const id = await test.images.addServer({ url: test.server.url, ...other })
    const state = await test.run(test.images.refresh(id))
    expect(state).toMatchObject({ failure: { title: 'The keyring does not hold the key that is needed' } })
    await test.images.removeServer(id)
    const gone = join(test.path, 'gone.gpg')
    await writeFile(gone, signer.publicKey)
    const again = await test.images.addServer({ url: test.server.url, ...keys(), keyring: gone })
    await rm(gone)
    expect(await test.run(test.images.refresh(again))).toMatchObject({
      failure: { code: 'unavailable', evidence: gone },
    })
  })
})

describe('the list that comes with Petri', () => {
  /** One image of it: its publisher signs the list of digests. */
  const shipped = (url: string, over: 'list' | 'image', fingerprint: string) => ({
    version: 1,
    keys: { test: { keyring: '/usr/share/keyrings/none.gpg', package: 'test-keyring', fingerprints: [fingerprint] } },
    images: [
      {
        ...{ os: 'example', release: '1', variant: 'cloud', kind: 'disk', format: 'raw', title: 'Example 1' },
        architectures: ['x86_64'],
        folder: `${url}/`,
        pattern: '^disk-[0-9]+\\.img$',
        digests: { algorithm: 'sha512', name: 'SUMS' },
        signature: { kind: 'detached', over, name: over === 'list' ? 'SUMS.sign' : 'disk.sig' },
        keys: 'test',
      },
    ],
  })

  it('finds the newest name in its publisher’s list, and takes what fits the digest', async () => {
    const image = bootSectorDisk(50_000)
    const sums = ['9', '10'].map((name) => `${createHash('sha512').update(image).digest('hex')} *disk-${name}.img\n`)
    const files = new Map([
      ['/disk-10.img', image],
      ['/SUMS', Buffer.from(sums.join(''))],
    ])
    await using folder = await temporaryFolder()
    const shippedFile = join(folder.path, 'shipped.json')
    await using server = await httpsServer(authority.good, (request, response) => {
      sendFile(request, response, files.get(request.url ?? '') ?? Buffer.from('not here'))
    })
    await writeFile(shippedFile, JSON.stringify(shipped(server.url, 'list', signer.fingerprint)))
    files.set('/SUMS.sign', Buffer.from(await signer.detached(files.get('/SUMS') ?? Buffer.alloc(0))))
    await using test = await testImages(folder.path, authority.caFile, { shippedFile })
    const [entry] = (await test.images.list()).images
    expect(entry).toMatchObject({ id: 'example/1/amd64/cloud/disk@petri', trust: 'publisher-digest' })
    expect(entry?.trustNote).toContain('test-keyring')
    const job = await test.images.pull({ id: entry?.id ?? '', acceptUnverified: false })
    expect((await test.ended(job)).state).toMatchObject({ kind: 'done', result: { digest: sha256(image) } })
  })
})
