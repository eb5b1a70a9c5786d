import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

import { testImages } from '../../tests/support/image-service.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { testAuthority } from '../../tests/support/test-authority.ts'
import { downloadLimits } from '../../main/system/net/download-file.ts'
import { printRounds } from './measure.ts'

/**
 * `image-download`: an image that is downloaded, hashed, looked at and taken into a store in memory (/dev/shm), in MiB/s,
 * against `curl | sha256sum` of the same file. `image-download-to-disk`: the same on the disk of the temporary folder,
 * against `curl | tee FILE | sha256sum` and `sync FILE`. Medians of alternating runs.
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
  for (const [name, below, keeps] of [
    ['image-download', '/dev/shm', false],
    ['image-download-to-disk', tmpdir(), true],
  ] as const) {
    const ours: number[] = []
    const theirs: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const home = await mkdtemp(join(below, 'petri-bench-'))
      theirs.push(await mibPerSecond(() => withCurl(url, sha256, keeps ? join(home, 'curl') : undefined)))
      ours.push(await withPetri(url, sha256, home))
      await rm(home, { recursive: true })
    }
    printRounds(name, ours, 'MiB/s', theirs)
  }
} finally {
  server.kill()
}

async function mibPerSecond(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (SIZE_MIB * 1000) / (performance.now() - began)
}

async function withPetri(url: string, sha256: string, home: string): Promise<number> {
  await using test = await testImages(home, authority.caFile, { limits: downloadLimits })
  return await mibPerSecond(async () => {
    const { state } = await test.ended(await test.images.pull({ url, sha256, acceptUnverified: false }))
    if (state.kind !== 'done') throw new Error(JSON.stringify(state))
  })
}

async function withCurl(url: string, sha256: string, keptAs: string | undefined): Promise<void> {
  const curl = spawn('curl', ['--silent', '--show-error', '--fail', '--cacert', authority.caFile, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const tee = keptAs === undefined ? undefined : spawn('tee', [keptAs], { stdio: [curl.stdout, 'pipe', 'inherit'] })
  const sum = spawn('sha256sum', [], { stdio: [tee?.stdout ?? curl.stdout, 'pipe', 'inherit'] })
  // From here on the pipes are between the programs alone.
  curl.stdout.destroy()
  tee?.stdout.destroy()
  const line = await firstLine(sum.stdout)
  if (!line.startsWith(sha256)) throw new Error(`curl brought something else: ${line}`)
  if (keptAs !== undefined) await once(spawn('sync', [keptAs]), 'close')
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines: unknown[] = await once(createInterface(stream), 'line')
  return String(lines[0])
}
