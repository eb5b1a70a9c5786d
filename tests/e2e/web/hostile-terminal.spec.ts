import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, type Page, test } from 'playwright/test'
import { build, preview, type PreviewServer } from 'vite'
import { z } from 'zod'

import type { SequenceResult } from '../../fixtures/hostile-terminal/page/page.ts'

/** A block of this length is felt; the browser calls such a task long. */
const BLOCK_MAX_MS = 50
/** A block that the sequence makes comes every time. */
const ATTEMPTS = 3
const CLIPBOARD = 'what the person copied'
const root = new URL('../../fixtures/hostile-terminal/page', import.meta.url).pathname

let outDir = ''
let server: PreviewServer | undefined
let address = ''

test.beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'petri-hostile-'))
  await build({ root, base: './', configFile: false, logLevel: 'error', build: { outDir, target: 'es2023' } })
  server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  })
  address = server.resolvedUrls?.local[0] ?? ''
})

test.afterAll(async () => {
  await server?.close()
  await rm(outDir, { recursive: true, force: true })
})

test('no output of a guest blocks the window, touches the clipboard or comes back as an answer', async ({ page }) => {
  test.setTimeout(600_000)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(address).origin })
  await page.goto(address)
  await page.evaluate((text) => navigator.clipboard.writeText(text), CLIPBOARD)
  const count = await page.evaluate(() => window.hostile.names.length)
  expect(count).toBeGreaterThanOrEqual(350)

  const findings: string[] = []
  for (let index = 0; index < count; index += 1) findings.push(...complaints(await quietestRun(page, index)))
  expect(findings).toEqual([])
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(CLIPBOARD)
})

/**
 * The run with the shortest block. While the machine is busy with other things the clock counts waiting as blocking; then
 * the browser's own trace tells how long the window's thread really worked without a break.
 */
async function quietestRun(page: Page, index: number): Promise<SequenceResult> {
  let best = await page.evaluate((at) => window.hostile.run(at), index)
  for (let attempt = 1; attempt < ATTEMPTS && best.longestBlockMs > BLOCK_MAX_MS; attempt += 1) {
    const again = await page.evaluate((at) => window.hostile.run(at), index)
    if (again.longestBlockMs < best.longestBlockMs) best = again
  }
  for (let attempt = 0; attempt < ATTEMPTS && best.longestBlockMs > BLOCK_MAX_MS; attempt += 1) {
    const browser = page.context().browser()
    await browser?.startTracing(page, { categories: ['toplevel'] })
    const again = await page.evaluate((at) => window.hostile.run(at), index)
    const trace = await browser?.stopTracing()
    if (trace !== undefined) best = { ...again, longestBlockMs: longestWorkMs(trace) }
  }
  return best
}

/** Parts of Chromium's trace format (`ph: 'M'` names threads, `tdur` is processor time in microseconds). */
const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown() }).partial().optional(),
    }),
  ),
})

/** The longest task of a page's main thread, in ms of processor time. */
function longestWorkMs(trace: Buffer): number {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString()))
  const thread = ({ pid, tid }: { readonly pid: number; readonly tid: number }) => `${pid}/${tid}`
  const pages = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(thread),
  )
  const work = traceEvents.filter((event) => pages.has(thread(event))).map(({ tdur }) => tdur ?? 0)
  if (work.length === 0) throw new Error('the trace holds no task of the page')
  return work.reduce((longest, duration) => Math.max(longest, duration), 0) / 1000
}

function complaints(result: SequenceResult): string[] {
  const { name, longestBlockMs, replies, typed, openedLinks, titleLength, alive } = result
  const found: string[] = []
  if (longestBlockMs > BLOCK_MAX_MS) found.push(`blocks for ${Math.round(longestBlockMs)} ms`)
  // Device attributes, status and cursor position: numbers only.
  if (!/^(?:\x1b\[[?>]?[\d;]*[cnR])*$/.test(replies)) found.push(`answers ${JSON.stringify(replies.slice(0, 80))}`) // oxlint-disable-line no-control-regex -- answers begin with ESC
  if (typed !== '') found.push(`types ${JSON.stringify(typed.slice(0, 80))}`)
  if (openedLinks > 0) found.push('opens a link')
  if (titleLength > 256) found.push(`makes a title of ${titleLength} characters`)
  if (!alive) found.push('leaves the terminal dead')
  return found.map((finding) => `${name}: ${finding}`)
}
