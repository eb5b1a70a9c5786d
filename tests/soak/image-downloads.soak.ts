import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { badBehaviours, bootSectorDisk } from '../fixtures/bad-servers.ts'
import { sha256 } from '../fixtures/streams-tree.ts'
import { type Answer, httpsServer, rangeStart, sendFile } from '../support/https-server.ts'
import { testImages, testLimits } from '../support/image-service.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TestAuthority, testAuthority } from '../support/test-authority.ts'
import { soakSize } from './soak-size.ts'

const RUNS = soakSize({ short: 2, full: 10 })
const CUTS = soakSize({ short: 40, full: 400 })

let shared: Awaited<ReturnType<typeof temporaryFolder>>
let authority: TestAuthority
beforeAll(async () => {
  shared = await temporaryFolder()
  authority = await testAuthority(shared.path)
})
afterAll(() => shared[Symbol.asyncDispose]())

describe('downloads', () => {
  it(`register nothing from ${badBehaviours.length} bad servers, ${RUNS} times each, and tell them apart`, async () => {
    const titles = new Map<string, Set<string>>()
    let registered = 0
    for (const behaviour of badBehaviours) {
      const told = new Set<string>()
      titles.set(behaviour.name, told)
      for (let run = 0; run < RUNS; run += 1) {
        const image = bootSectorDisk(100_000 + run)
        await using folder = await temporaryFolder()
        await using server = await httpsServer(authority[behaviour.certificate ?? 'good'], behaviour.answer(image))
        await using test = await testImages(folder.path, authority.caFile, {
          limits: { ...testLimits, ...behaviour.limits },
        })
        const wish = { url: `${server.url}/a`, sha256: sha256(image), sizeBytes: image.length, acceptUnverified: false }
        const { state } = await test.ended(await test.images.pull(wish))
        told.add(state.kind === 'failed' ? state.failure.title : state.kind)
        registered += (await test.images.list()).stored.length
      }
    }
    expect(registered).toBe(0)
    for (const { name, title } of badBehaviours) {
      expect([name, [...(titles.get(name) ?? [])].map((told) => told.includes(title))]).toEqual([name, [true]])
    }
  })

  it(`are whole after ${CUTS} cuts at random places`, async () => {
    const image = bootSectorDisk(64 * CUTS * 1024)
    let cuts = 0
    const answer: Answer = (request, response) => {
      if (cuts >= CUTS) return sendFile(request, response, image)
      cuts += 1
      const from = rangeStart(request, '"one"')
      const range = `bytes ${from}-${image.length - 1}/${image.length}`
      const headers = { etag: '"one"', 'content-length': image.length - from }
      response.writeHead(from === 0 ? 200 : 206, { ...headers, ...(from > 0 && { 'content-range': range }) })
      const until = from + Math.ceil(Math.random() * 60_000)
      response.write(image.subarray(from, until), () => setImmediate(() => response.destroy()))
    }
    await using folder = await temporaryFolder()
    await using server = await httpsServer(authority.good, answer)
    // A cut every few KiB is worse than any network: it is not the patience that is tried here.
    const limits = { headersMs: 10_000, stall: { windowMs: 10_000, minBytes: 1 }, retries: CUTS, retryDelayMs: 0 }
    await using test = await testImages(folder.path, authority.caFile, { limits })
    const wish = { url: `${server.url}/a`, sha256: sha256(image), acceptUnverified: false }
    const { state } = await test.ended(await test.images.pull(wish))
    expect(state).toMatchObject({ kind: 'done', result: { digest: sha256(image) } })
    expect(cuts).toBe(CUTS)
  })
})
