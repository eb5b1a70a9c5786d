import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { chromium } from 'playwright'
import { build } from 'vite'

import type { App } from '../../main/api/app.ts'
import { createConsoleHub } from '../../main/services/console/console-hub.ts'
import { openConsoleLog } from '../../main/services/console/console-log.ts'
import { serveWeb } from '../../main/shells/web/serve-web.ts'
import { connectUnixChannel } from '../../main/system/socket/unix-channel.ts'
import { median, percentile95, printMeasure, printRounds } from './measure.ts'

/**
 * `serial-flood`: a process writes 100 MB into a Unix socket, as QEMU does for a serial port. Through the hub with its
 * log, the web transport and a terminal in Chromium, against a reader that throws everything away. This process is the
 * owner in both cases. Medians of alternating runs.
 *
 * - `serial-flood`: MB/s of the producer.
 * - `serial-flood-typing`: from a key to its answer in the terminal while the flood goes on (95th percentile, ms),
 *   against the same without a flood.
 * - `serial-flood-memory`: growth of the owner's resident memory, in MB, against the plain reader's.
 */
const FLOOD_BYTES = 100_000_000
const RUNS = 15
const KEYS = 60
const KEY_EVERY_MS = 40
const SAMPLE_MS = 20
const root = process.cwd()

const folder = await mkdtemp(join(tmpdir(), 'petri-flood-'))
const pageFolder = join(folder, 'page')
const plain = await startProducer(join(folder, 'plain'))
const piped = await startProducer(join(folder, 'piped'))
const now = () => new Date()

const sink = await connectUnixChannel(join(folder, 'plain'))
sink.onData(() => {})

const hub = createConsoleHub({
  log: await openConsoleLog({ path: join(folder, 'serial.log'), now }),
  now,
  flow: 'drain',
})
hub.attach(await connectUnixChannel(join(folder, 'piped')), { kind: 'power-on', at: now().toISOString(), text: '' })
const app: App = {
  dispatch: () =>
    Promise.resolve({ ok: false, failure: { code: 'unavailable', title: 'There are only consoles here' } }),
  subscribe: () => () => {},
  openConsole: (_target, listener) => hub.open(listener),
  [Symbol.asyncDispose]: () => hub.close('The measure is over.'),
}

await build({
  root: join(root, 'build/bench/serial-flood-page'),
  base: './',
  configFile: false,
  logLevel: 'error',
  build: { outDir: pageFolder, target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
const web = await serveWeb({ app, rendererFolder: pageFolder, runtimeFolder: join(folder, 'run'), now })
const browser = await chromium.launch({
  executablePath: process.env['PETRI_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})
try {
  const page = await browser.newPage()
  await page.goto(web.url)
  await page.waitForFunction('window.flood.isLive()')

  const speeds: { readonly plain: number[]; readonly piped: number[] } = { plain: [], piped: [] }
  const growths: { readonly plain: number[]; readonly piped: number[] } = { plain: [], piped: [] }
  // The first run of each warms up and counts for nothing.
  for (let run = 0; run <= RUNS; run += 1) {
    for (const [kind, producer] of [['plain', plain] as const, ['piped', piped] as const]) {
      const { seconds, growthMB } = await measuredFlood(() => producer.flood(FLOOD_BYTES))
      if (run === 0) continue
      speeds[kind].push(FLOOD_BYTES / 1e6 / seconds)
      growths[kind].push(growthMB)
    }
  }
  printRounds('serial-flood', speeds.piped, 'MB/s', speeds.plain)
  printMeasure('serial-flood-memory', median(growths.piped), 'MB', Math.max(1, median(growths.plain)))

  const quiet = await typed(KEYS)
  let typing = true
  const flooding = (async () => {
    while (typing) await piped.flood(FLOOD_BYTES)
  })()
  const busy = await typed(KEYS).finally(() => (typing = false))
  await flooding
  printMeasure('serial-flood-typing', percentile95(busy), 'ms', percentile95(quiet))

  async function typed(count: number): Promise<number[]> {
    const times: number[] = []
    for (let index = 0; index < count; index += 1) {
      const key = String.fromCharCode(97 + (index % 26))
      times.push(Number(await page.evaluate(`window.flood.press('${key}')`)))
      await new Promise((resolve) => setTimeout(resolve, KEY_EVERY_MS))
    }
    return times
  }
} finally {
  await browser.close()
  await web.close()
  await app[Symbol.asyncDispose]()
  sink.close()
  plain.end()
  piped.end()
  await rm(folder, { recursive: true, force: true })
}

async function measuredFlood(flood: () => Promise<number>): Promise<{ seconds: number; growthMB: number }> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, SAMPLE_MS)
  const seconds = await flood()
  clearInterval(sampler)
  return { seconds, growthMB: (peak - before) / 1e6 }
}

async function startProducer(path: string) {
  const child = spawn(process.execPath, [join(root, 'build/bench/serial-producer.mjs'), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    /** Resolves with the seconds it took. */
    async flood(bytes: number): Promise<number> {
      child.stdin.write(`${bytes}\n`)
      return Number((await lines.next()).value)
    },
    end: () => child.kill(),
  }
}
