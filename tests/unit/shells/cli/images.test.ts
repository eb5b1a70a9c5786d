import { describe, expect, it } from 'vitest'

import type { Job } from '#contract/job'
import { type App } from '../../../../main/api/app.ts'
import { createFakeApp } from '../../../fakes/fake-app.ts'
import { showcaseImages } from '../../../fakes/fake-images.ts'
import { startCli } from './cli-run.ts'

const at = '2026-01-02T03:04:05.000Z'
const result = { digest: 'a'.repeat(64), path: '/images/a', format: 'qcow2', kind: 'disk', architecture: 'arm64' }

/** The app with the images of the showcase; every pull is done at once. What was asked is kept in `asked`. */
function withImages(asked: { name: string; params: unknown }[] = []): App {
  const state = { kind: 'done', at, seconds: 1, summary: 'It is here.', result } as const
  const job: Job = { id: 'job-1', kind: 'image.pull', title: 'x', createdAt: at, canPause: true, canRetry: true, state }
  const answers: Readonly<Record<string, unknown>> = {
    'image.list': showcaseImages(false),
    'image.pull': { jobId: 'job-1' },
    'image.import': { jobId: 'job-1' },
    'image.remove': { freedBytes: 2048 },
    'job.show': { job, log: [] },
  }
  return {
    ...createFakeApp(),
    dispatch: async (name, params) => {
      asked.push({ name, params })
      return { ok: true, value: answers[name] ?? {} }
    },
  }
}
const run = async (app: App, args: readonly string[]) => {
  const cli = startCli(app, args)
  return { exitCode: await cli.exitCode, out: cli.out(), err: cli.err() }
}

describe('image list', () => {
  it('prints what is here and what fits the filters, and which servers were never read', async () => {
    const { exitCode, out, err } = await run(withImages(), ['image', 'list', '--os', 'ubuntu', '--arch', 'armhf'])
    expect(exitCode).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(3)
    expect(out).toMatch(/ubuntu\/24\.04\/armhf\/server\/disk@ubuntu +disk +583\.6 MiB +signed/)
    expect(err).toContain('1 servers were never asked')
    const json = await run(withImages(), ['image', 'list', '--stored', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ images: [], stored: [{ usedBy: [{ name: 'web' }] }, {}] })
  })

  it('says so when nothing fits', async () => {
    expect((await run(withImages(), ['image', 'list', '--os', 'nothing'])).out).toContain('Nothing fits')
  })
})

describe('image pull', () => {
  it('takes an id or an address, waits, and prints the result', async () => {
    const asked: { name: string; params: unknown }[] = []
    const byId = await run(withImages(asked), ['image', 'pull', 'debian/12', '--json'])
    expect(JSON.parse(byId.out)).toEqual({ jobId: 'job-1', result })
    await run(withImages(asked), ['image', 'pull', 'https://x/y.img', '--sha256', 'A'.repeat(64), '--size', '5'])
    expect(asked.filter(({ name }) => name === 'image.pull').map(({ params }) => params)).toEqual([
      { id: 'debian/12', acceptUnverified: false },
      { url: 'https://x/y.img', acceptUnverified: false, sha256: 'a'.repeat(64), sizeBytes: 5 },
    ])
  })

  it('refuses a digest that is none', async () => {
    expect(await run(withImages(), ['image', 'pull', 'https://x/y', '--sha256', 'beef'])).toMatchObject({ exitCode: 2 })
  })
})

describe('image remove and show', () => {
  it('find an image by the beginning of its digest', async () => {
    const asked: { name: string; params: unknown }[] = []
    const { out } = await run(withImages(asked), ['image', 'remove', '222222'])
    expect(asked.at(-1)).toEqual({ name: 'image.remove', params: { digest: '2'.repeat(64) } })
    expect(out).toContain('2.0 KiB are free again')
    expect((await run(withImages(), ['image', 'show', '111111'])).out).toContain('Debian 12')
  })

  it('end with 3 where there is none', async () => {
    for (const name of ['333333', '1111', 'nothing']) {
      expect(await run(withImages(), ['image', 'show', name])).toMatchObject({ exitCode: 3 })
    }
  })
})
