import { constants } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { type BootProof, bootProofSchema } from '#contract/boot-proof'
import { isFinal, judgeBoot, plainText, vgaText } from '../../domain/vm/judge-boot.ts'
import { scratchSandboxFolder } from '../../domain/vm/sandbox-paths.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { limitedSignal } from '../../system/process/limited-signal.ts'
import { connectUnixChannel } from '../../system/socket/unix-channel.ts'
import { whenListening } from '../../system/socket/when-listening.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { openQmp, type QmpClient } from '../qemu/qmp-client.ts'
import { readPicture } from './screen/take-screenshot.ts'
import { runThrowaway } from './throwaway-vm.ts'
import type { VmContext } from './vm-context.ts'
import type { VmFolders } from './vm-folders.ts'

/** How often the screen is looked at, in ms: QEMU tells nobody that it changed. */
const LOOK_MS = 1_000
/** How long the same final words have to stand, in ms: a firmware may go on with the next disk. */
const SETTLED_MS = 2_000
/** As much of the serial output as is looked at and kept, in characters. */
const SERIAL_KEPT = 64 * 1024
const SERIAL_SHOWN = 4_000
const LISTEN_LIMIT_MS = 20_000
/** Where a VGA card keeps its text, and how much of it is one screen of 80 x 25, in bytes. */
const VGA_TEXT = { address: 0xb_8000, bytes: 4_000 } as const
const MONITOR = 'qmp.sock'

const proofFile = (folders: VmFolders, id: string) => join(folders.state(id), 'boot-proof.json')
const pictureFile = (folders: VmFolders, id: string) => join(folders.state(id), 'boot-proof.png')

/** Starts a machine on layers that are thrown away and says how far it comes, with what it wrote and showed. */
export async function proveBoot(
  context: VmContext,
  id: string,
  options: { readonly scratchRoot: string; readonly limitSeconds: number },
  work: JobWork,
): Promise<JobOutcome> {
  const { limitSeconds, scratchRoot } = options
  const { architecture, display, name } = context.library.spec(id)
  const run = await runThrowaway(context, id, {
    ...{ scratchRoot, cols: 80, rows: 25 },
    extraArgs: [
      ...['-chardev', `socket,id=proof,path=${scratchSandboxFolder}/${MONITOR},server=on,wait=off`],
      ...['-mon', 'chardev=proof,mode=control'],
    ],
  })
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 100) / 10
  let serial = ''
  const decoder = new TextDecoder('latin1')
  const gone = new AbortController()
  run.channel.onData((bytes) => (serial = (serial + decoder.decode(bytes)).slice(-SERIAL_KEPT)))
  const exited = new Promise<void>((resolve) => {
    run.channel.onExit(() => {
      gone.abort()
      resolve()
    })
  })
  const stop = AbortSignal.any([work.signal, gone.signal])
  let monitor: QmpClient | undefined
  try {
    monitor = await openMonitor(join(run.scratch, MONITOR), stop)
    const card = display.kind !== 'none'
    const look = async () =>
      card && architecture === 'x86_64' && monitor ? await readScreen(monitor, run.scratch) : ''
    let screenText = ''
    let since = performance.now()
    let judged = judgeBoot('', '')
    while (seconds() < limitSeconds && !gone.signal.aborted) {
      work.progress({ phase: `Waiting for ${name}: ${phases[judged.verdict]}`, progress: seconds() / limitSeconds })
      await delay(LOOK_MS, undefined, { signal: stop }).catch(() => undefined)
      work.signal.throwIfAborted()
      screenText = await look().catch(() => screenText)
      const now = judgeBoot(plainText(serial), screenText)
      if (now.verdict !== judged.verdict || now.words !== judged.words) since = performance.now()
      judged = now
      if (isFinal(judged) && performance.now() - since >= SETTLED_MS) break
    }
    const picture = card && monitor ? await takePicture(monitor, run.scratch).catch(() => undefined) : undefined
    const proof: BootProof = {
      ...judged,
      seconds: seconds(),
      at: context.now().toISOString(),
      serial: plainText(serial).slice(-SERIAL_SHOWN),
      screenText,
      hasPicture: picture !== undefined,
    }
    await keep(context.folders, id, proof, picture)
    return { summary: summaryOf(name, proof), result: proof }
  } finally {
    monitor?.close()
    run.channel.close()
    await exited
    await run.discard()
  }
}

/** The last proof of a machine, and its picture. */
export async function readBootProof(context: VmContext, id: string) {
  context.library.spec(id)
  const text = await readFile(proofFile(context.folders, id), 'utf8').catch(() => undefined)
  const proof = text === undefined ? undefined : bootProofSchema.safeParse(JSON.parse(text)).data
  if (!proof) return {}
  const picture = proof.hasPicture ? await readFile(pictureFile(context.folders, id)).catch(() => undefined) : undefined
  return { proof, ...(picture && { pictureBase64: picture.toString('base64') }) }
}

/** undefined: QEMU ended before it could be asked. */
async function openMonitor(path: string, stop: AbortSignal): Promise<QmpClient | undefined> {
  using limit = limitedSignal(stop, LISTEN_LIMIT_MS)
  const { signal } = limit
  try {
    return await openQmp(await whenListening(path, async (at) => await connectUnixChannel(at, { signal }), signal))
  } catch {
    return undefined
  }
}

async function readScreen(monitor: QmpClient, scratch: string): Promise<string> {
  const file = 'vga.bin'
  await monitor.execute('pmemsave', {
    val: VGA_TEXT.address,
    size: VGA_TEXT.bytes,
    filename: `${scratchSandboxFolder}/${file}`,
  })
  await using handle = await open(join(scratch, file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const { buffer, bytesRead } = await handle.read(new Uint8Array(VGA_TEXT.bytes), 0, VGA_TEXT.bytes, 0)
  return vgaText(buffer.subarray(0, bytesRead))
}

async function takePicture(monitor: QmpClient, scratch: string): Promise<Buffer> {
  const file = 'screen.png'
  await monitor.execute('screendump', { filename: `${scratchSandboxFolder}/${file}`, format: 'png' })
  return await readPicture(join(scratch, file))
}

async function keep(folders: VmFolders, id: string, proof: BootProof, picture: Buffer | undefined): Promise<void> {
  await mkdir(folders.state(id), { recursive: true, mode: 0o700 })
  if (picture) await writeDurableFile(pictureFile(folders, id), picture)
  else await rm(pictureFile(folders, id), { force: true })
  await writeDurableFile(proofFile(folders, id), JSON.stringify(proof))
}

const phases: Readonly<Record<BootProof['verdict'], string>> = {
  unclear: 'nothing to see yet',
  loader: 'its boot loader runs',
  kernel: 'its kernel runs',
  system: 'it asks for a login or a command',
  nothing: 'nothing on it boots',
  stopped: 'it gave up',
}

function summaryOf(name: string, { seconds, verdict, words }: BootProof): string {
  const quoted = words === '' ? '' : ` (“${words}”)`
  switch (verdict) {
    case 'system':
      return `${name} boots: it asks for a login or a command after ${seconds} s${quoted}. Its disks were not touched.`
    case 'kernel':
      return `${name} starts its kernel${quoted}, and asked for no login within ${seconds} s.`
    case 'loader':
      return `${name} reaches its boot loader${quoted} and nothing more within ${seconds} s.`
    case 'nothing':
      return `${name} does not boot: its firmware finds nothing to boot from${quoted}.`
    case 'stopped':
      return `${name} does not boot: it gave up${quoted}.`
    case 'unclear':
      return `Whether ${name} boots could not be told within ${seconds} s: it wrote nothing that Petri knows. See the picture of its screen.`
  }
}
