import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Failure } from '#contract/failure'
import type { Job } from '#contract/job'
import type { DownloadLimits } from '../../main/system/net/download-file.ts'
import { badBehaviours, bootSectorDisk } from '../fixtures/bad-servers.ts'
import { sha256 } from '../fixtures/streams-tree.ts'
import { type Answer, httpsServer, rangeStart, sendFile } from '../support/https-server.ts'
import { testImages, testLimits } from '../support/image-service.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TestAuthority, testAuthority } from '../support/test-authority.ts'

let shared: Awaited<ReturnType<typeof temporaryFolder>>
let authority: TestAuthority
beforeAll(async () => {
  shared = await temporaryFolder()
  authority = await testAuthority(shared.path)
})
afterAll(() => shared[Symbol.asyncDispose]())

// More than is written at once, so that a cut can come while bytes are on their way to the disk.
const image = bootSectorDisk(2_500_000)
const failureOf = ({ state }: Job): Failure => {
  if (state.kind !== 'failed') throw new Error(`the job is ${JSON.stringify(state)}`)
  return state.failure
}
const resultOf = ({ state }: Job) => {
  if (state.kind !== 'done') throw new Error(`the job is ${JSON.stringify(state)}`)
  return state.result
}

/** A server, the images' service with nothing in it, and the download of `/a` from it. */
async function setUp(
  answer: Answer,
  certificate: keyof Omit<TestAuthority, 'caFile'> = 'good',
  limits: Partial<DownloadLimits> = {},
) {
  const folder = await temporaryFolder()
  const server = await httpsServer(authority[certificate], answer)
  const test = await testImages(folder.path, authority.caFile, { limits: { ...testLimits, ...limits } })
  const wish = { url: `${server.url}/a`, sha256: sha256(image), sizeBytes: image.length, acceptUnverified: false }
  const pull = () => test.images.pull(wish)
  const dispose = async () => {
    await test[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { ...test, server, pull, path: folder.path, [Symbol.asyncDispose]: dispose }
}

describe('a server that sends', () => {
  it.for(badBehaviours)('$name: is found out, and nothing is kept of it', async (behaviour) => {
    await using test = await setUp(behaviour.answer(image), behaviour.certificate, behaviour.limits)
    const failure = failureOf(await test.ended(await test.pull()))
    expect(failure.title).toContain(behaviour.title)
    expect(failure.evidence ?? '').toContain(behaviour.evidence ?? '')
    expect(failure.cure).toBeDefined()
    expect((await test.images.list()).stored).toEqual([])
    const kept = (await test.files()).filter((name) => !name.includes('.part'))
    expect(kept).toEqual([])
  })

  it('tells each of them in words of its own', () => {
    const words = badBehaviours.map(({ title, evidence }) => `${title} ${evidence ?? ''}`)
    expect(new Set(words).size).toBe(words.length)
  })
})

describe('a good download', () => {
  it('goes on where the connection was cut, and has the right digest in the end', async () => {
    let cuts = 0
    await using test = await setUp((request, response) => {
      if (cuts >= 2) return sendFile(request, response, image)
      cuts += 1
      const from = rangeStart(request, '"one"')
      const range = `bytes ${from}-${image.length - 1}/${image.length}`
      const headers = { etag: '"one"', 'content-length': image.length - from }
      response.writeHead(from === 0 ? 200 : 206, { ...headers, ...(from > 0 && { 'content-range': range }) })
      response.write(image.subarray(from, from + 900_000), () => setImmediate(() => response.destroy()))
    })
    const result = resultOf(await test.ended(await test.pull()))
    expect(result).toMatchObject({ digest: sha256(image), kind: 'disk', format: 'raw', trust: 'pinned' })
    expect(sha256(await readFile(String(result['path'])))).toBe(sha256(image))
    expect(test.server.asked.map(({ range }) => range !== undefined)).toEqual([false, true, true])
    expect(await test.files()).toEqual([sha256(image), `${sha256(image)}.json`])
  })

  it('begins anew when the server has another version of the file, and then has to be the right one', async () => {
    let first = true
    await using test = await setUp((request, response) => {
      if (!first) return sendFile(request, response, image, '"two"')
      first = false
      response.writeHead(200, { etag: '"one"', 'content-length': image.length })
      response.write(Buffer.alloc(900_000, 1), () => setImmediate(() => response.destroy()))
    })
    expect(resultOf(await test.ended(await test.pull()))).toMatchObject({ digest: sha256(image) })
  })

  it('goes on after Petri was closed in the middle of it', async () => {
    await using folder = await temporaryFolder()
    let stopAt = 1_500_000
    const answer: Answer = (request, response) => {
      const from = rangeStart(request, '"one"')
      if (from > 0) return sendFile(request, response, image)
      response.writeHead(200, { etag: '"one"', 'content-length': image.length })
      response.write(image.subarray(0, stopAt))
    }
    await using server = await httpsServer(authority.good, answer)
    const wish = { url: `${server.url}/a`, sha256: sha256(image), acceptUnverified: false }
    const slow = { stall: { windowMs: 60_000, minBytes: 1 }, headersMs: 10_000, retries: 0, retryDelayMs: 1 }
    const before = await testImages(folder.path, authority.caFile, { limits: slow })
    const job = await before.images.pull(wish)
    await expect
      .poll(() => {
        const { state } = before.jobs.show(job.id).job
        return state.kind === 'running' ? state.at.doneBytes : 0
      })
      .toBe(stopAt)
    await before[Symbol.asyncDispose]()
    expect(before.jobs.show(job.id).job.state.kind).toBe('interrupted')
    stopAt = 0
    await using after = await testImages(folder.path, authority.caFile)
    expect(resultOf(await after.ended(await after.images.pull(wish)))).toMatchObject({ digest: sha256(image) })
    expect(server.asked.at(-1)?.range).toBe('bytes=1500000-')
  })

  it('leaves nothing behind when it is cancelled, also while it is paused', async () => {
    await using test = await setUp((_request, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': image.length })
      response.write(image.subarray(0, 1_100_000))
    })
    const job = await test.pull()
    await expect.poll(() => test.files()).toHaveLength(2)
    test.jobs.pause(job.id)
    test.jobs.cancel(job.id)
    expect((await test.ended(job)).state.kind).toBe('cancelled')
    expect(await test.files()).toEqual([])
  })

  it('waits while it is paused and goes on after', async () => {
    let release = () => {}
    await using test = await setUp((_request, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': image.length })
      response.write(image.subarray(0, 1_100_000))
      release = () => response.end(image.subarray(1_100_000))
    })
    const job = await test.pull()
    const doneBytes = () => {
      const { state } = test.jobs.show(job.id).job
      return state.kind === 'running' || state.kind === 'paused' ? state.at.doneBytes : undefined
    }
    await expect.poll(doneBytes).toBe(1_100_000)
    test.jobs.pause(job.id)
    release()
    await expect.poll(() => test.jobs.show(job.id).job.state.kind).toBe('paused')
    test.jobs.resume(job.id)
    expect(resultOf(await test.ended(job))).toMatchObject({ digest: sha256(image) })
  })

  it('is not begun twice, and not made again when the image is here', async () => {
    await using test = await setUp((request, response) => sendFile(request, response, image))
    const [first, second] = await Promise.all([test.pull(), test.pull()])
    expect(second.id).toBe(first.id)
    await test.ended(first)
    await test.ended(await test.pull())
    expect(test.server.asked).toHaveLength(1)
  })
})

describe('a file that nobody vouches for', () => {
  it('is taken with consent alone, and marked', async () => {
    await using test = await setUp((request, response) => sendFile(request, response, image))
    const url = `${test.server.url}/a`
    await expect(test.images.pull({ url, acceptUnverified: false })).rejects.toMatchObject({
      failure: { title: 'Nobody vouches for this file' },
    })
    expect(test.jobs.list()).toEqual([])
    expect(test.server.asked).toEqual([])
    const taken = await test.ended(await test.images.pull({ url, acceptUnverified: true }))
    expect(resultOf(taken)).toMatchObject({ trust: 'none', digest: sha256(image) })
  })

  it('is refused when it refers to another file', async () => {
    const qcow2 = Buffer.alloc(65_536)
    qcow2.write('QFI\u00FB', 'latin1')
    qcow2.writeUInt32BE(3, 4)
    qcow2.writeBigUInt64BE(512n, 8)
    qcow2.writeUInt32BE(11, 16)
    qcow2.write('/etc/passwd', 512)
    await using test = await setUp((request, response) => sendFile(request, response, qcow2))
    const wish = { url: `${test.server.url}/a`, acceptUnverified: true }
    expect(failureOf(await test.ended(await test.images.pull(wish))).evidence).toContain('/etc/passwd')
    expect(await test.files()).toEqual([])
  })
})
