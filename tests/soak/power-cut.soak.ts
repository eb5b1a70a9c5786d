import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { extname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import { expect, it, type TestContext } from 'vitest'

import { seededRandom } from '../support/seeded-random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { soakSize } from './soak-size.ts'

const cuts = soakSize({ short: 3, full: 50 })
const seed = Number(process.env['PETRI_SEED'] ?? 20_260_103)
const MIB = 1024 * 1024
const petri = new URL('../../dist/main/cli.js', import.meta.url).pathname

/** EXT4_IOC_SHUTDOWN of Linux; perl is in every Debian and has ioctl. */
const cutScript = `my $how = pack("L", $ARGV[1]); open(my $at, "<", $ARGV[0]) or die $!; ioctl($at, 0x8004587d, $how) or die $!`
/** The journal reaches the disk first, or nothing more does. */
const hows = ['1', '2'] as const

const wishes = [
  ['target.qcow2', ['--no-verify']],
  ['target.vmdk', ['--no-verify', '--option', 'subformat=twoGbMaxExtentSparse']],
  ['target.raw', []],
] as const

it(`${cuts} power cuts during a conversion leave no target or a whole one (seed ${seed})`, async (context) => {
  if (process.getuid?.() !== 0) return skip(context, 'it needs root, to mount a file system and cut its power')
  await using folder = await temporaryFolder()
  const disk = smallDisk(folder.path)
  const mounting = disk.mount()
  if (mounting !== '') return skip(context, `there is no loop device here: ${mounting}`)
  try {
    const random = seededRandom(seed)
    const source = join(folder.path, 'source.raw')
    const content = randomBytes(24 * MIB)
    writeFileSync(source, content)
    const convert = (name: string, options: readonly string[]) =>
      start(disk.at, ['disk', 'convert', source, join(disk.at, name), ...options])
    // The first run also makes Petri's folder; the second tells how long a conversion takes in peace.
    expect(await endOf(convert('first.qcow2', []))).toBe(0)
    const peaceful = convert('second.qcow2', [])
    await atWork(disk.at)
    const beganMs = performance.now()
    expect(await endOf(peaceful)).toBe(0)
    const wholeMs = Math.round(performance.now() - beganMs)
    const seen = { absent: 0, complete: 0, afterSuccess: 0, withRemains: 0 }
    for (let count = 0; count < cuts; count += 1) {
      const where = `cut ${count} of seed ${seed}`
      const [name, options] = wishes[count % wishes.length] ?? wishes[0]
      const run = convert(name, options)
      const end = endOf(run)
      let began = false
      const working = atWork(disk.at).then(async () => {
        began = true
        await delay(random(Math.round(wholeMs * 1.3)))
      })
      await Promise.race([working, end])
      expect([where, began, began || run.exitCode]).toEqual([where, true, true])
      const saidDone = run.exitCode === 0
      disk.cut(hows[random(2)] ?? '2')
      run.kill('SIGKILL')
      await end
      await disk.unmount()
      expect(disk.mount()).toBe('')
      const isThere = existsSync(join(disk.at, name))
      if (isThere) expect([where, isEqual(source, join(disk.at, name))]).toEqual([where, true])
      expect([where, saidDone && !isThere]).toEqual([where, false])
      seen[isThere ? 'complete' : 'absent'] += 1
      if (saidDone) seen.afterSuccess += 1
      if (remains(disk.at).length > 0) seen.withRemains += 1
      // The next work that begins finds what the cut left removed.
      expect([where, await endOf(start(disk.at, ['disk', 'checksum', source]))]).toEqual([where, 0])
      expect([where, remains(disk.at)]).toEqual([where, []])
      for (const file of readdirSync(disk.at)) if (file.startsWith('target')) execFileSync('rm', [join(disk.at, file)])
    }
    console.log(`power cuts: ${JSON.stringify(seen)} within ${wholeMs} ms`)
    if (cuts >= 50) expect([seen.absent > 0, seen.complete > 0, seen.withRemains > 0]).toEqual([true, true, true])
    expect(readFileSync(source).equals(content)).toBe(true)
  } finally {
    await disk.unmount()
  }
})

/** Passed over, and said so: nobody should take it for passed. */
function skip(context: TestContext, why: string): void {
  console.warn(`\n*** The power cuts have not been tried: ${why}. ***\n`)
  context.skip(why)
}

/** A file system of its own, for the targets and for Petri's own folder, that can lose its power. */
function smallDisk(path: string) {
  const [image, at] = [join(path, 'disk.ext4'), join(path, 'disk')]
  writeFileSync(image, '')
  truncateSync(image, 1024 * MIB)
  execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', image])
  mkdirSync(at)
  return {
    at,
    /** Gives what was said against it. */
    mount: () => spawnSync('mount', ['-o', 'loop', image, at], { encoding: 'utf8' }).stderr.trim(),
    cut: (how: string) => execFileSync('perl', ['-e', cutScript, at, how]),
    /** Tools of a killed Petri end a moment after it, of which nobody tells. */
    async unmount(): Promise<void> {
      for (let left = 200; ; left -= 1) {
        const { status, stderr } = spawnSync('umount', [at], { encoding: 'utf8' })
        if (status === 0) return
        if (left === 0) throw new Error(stderr)
        await delay(50)
      }
    },
  }
}

function start(at: string, args: readonly string[]): ChildProcess {
  const env = { ...process.env, PETRI_HOME: join(at, 'home') }
  return spawn(process.execPath, [petri, ...args], { env, stdio: 'ignore' })
}

/** Resolves when a conversion has made its work folder. */
async function atWork(at: string): Promise<void> {
  for await (const { filename } of watch(at)) if (filename?.endsWith('.partial')) return
}

async function endOf(run: ChildProcess): Promise<number | null> {
  if (run.exitCode === null && run.signalCode === null) await once(run, 'close')
  return run.exitCode
}

const isEqual = (source: string, target: string) =>
  spawnSync('qemu-img', ['compare', '-f', 'raw', '-F', extname(target).slice(1), source, target]).status === 0

/** Work folders, and what remembers them. */
function remains(at: string): readonly string[] {
  const all = readdirSync(at, { recursive: true, encoding: 'utf8' })
  return all.filter((file) => /\.petri-[0-9a-f]{12}\.partial$/.test(file))
}
