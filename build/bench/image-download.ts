import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

import { testImages } from '../../tests/support/image-service.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { testAuthority } from '../../tests/support/test-authority.ts'
import { downloadLimits } from '../../main/system/net/download-file.ts'
import { median, printMeasure } from './measure.ts'

/**
 * `image-download`: an image that is downloaded, hashed, looked at, made durable and taken into the store, in MiB/s,
 * against `curl | sha256sum` of the same file, which keeps nothing. Medians of alternating runs.
 */
const RUNS = 7
const SIZE_MIB = 256

await using folder = await temporaryFolder()
const authority = await testAuthority(folder.path)
const pem = (name: string) => join(folder.path, name)
const script = join(process.cwd(), 'build/bench/image-server.mjs')
const server = spawn(process.execPath, [script, pem('good.key'), pem('good.pem'), String(SIZE_MIB * 1024 * 1024)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const line = await firstLine(server.stdout)
  const { port, sha256 } = z.object({ port: z.number(), sha256: z.string() }).parse(JSON.parse(line))
  const url = `https://127.0.0.1:${port}/disk.img`
  const ours: number[] = []
  const theirs: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    theirs.push(await mibPerSecond(() => withCurl(url, sha256)))
    ours.push(await withPetri(url, sha256))
  }
  printMeasure('image-download', median(ours), 'MiB/s', median(theirs))
} finally {
  server.kill()
}

async function mibPerSecond(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (SIZE_MIB * 1000) / (performance.now() - began)
}

async function withPetri(url: string, sha256: string): Promise<number> {
  await using home = await temporaryFolder()
  await using test = await testImages(home.path, authority.caFile, { limits: downloadLimits })
  return await mibPerSecond(async () => {
    const { state } = await test.ended(await test.images.pull({ url, sha256, acceptUnverified: false }))
    if (state.kind !== 'done') throw new Error(JSON.stringify(state))
  })
}

async function withCurl(url: string, sha256: string): Promise<void> {
  const curl = spawn('curl', ['--silent', '--show-error', '--fail', '--cacert', authority.caFile, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const sum = spawn('sha256sum', [], { stdio: [curl.stdout, 'pipe', 'inherit'] })
  // From here on the pipe is between the two alone.
  curl.stdout.destroy()
  const line = await firstLine(sum.stdout)
  if (!line.startsWith(sha256)) throw new Error(`curl brought something else: ${line}`)
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines: unknown[] = await once(createInterface(stream), 'line')
  return String(lines[0])
}
