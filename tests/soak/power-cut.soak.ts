import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
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
  using disk = await smallDisk(folder.path)
  const mounting = disk.mount()
  if (mounting !== '') return skip(context, `there is no loop device here: ${mounting}`)
  try {
    const random = seededRandom(seed)
    const source = join(folder.path, 'source.raw')
    const content = randomBytes(24 * MIB)
    writeFileSync(source, content)
    const convert = (name: string, options: readonly string[]) =>
      disk.start(['disk', 'convert', source, join(disk.at, name), ...options])
    // The first run also makes Petri's folder; the second tells how long a conversion takes in peace.
    expect(await endOf(convert('first.qcow2', []))).toBe(0)
    const peaceful = convert('second.qcow2', [])
    await atWork(disk.here)
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
      const working = atWork(disk.here).then(async () => {
        began = true
        await delay(random(Math.round(wholeMs * 1.3)))
      })
      await Promise.race([working, end])
      expect([where, began, began || run.exitCode]).toEqual([where, true, true])
      const saidDone = run.exitCode === 0
      expect(disk.cut(hows[random(2)] ?? '2')).toBe('')
      run.kill('SIGKILL')
      await end
      await disk.unmount()
      expect(disk.mount()).toBe('')
      const isThere = existsSync(join(disk.here, name))
      if (isThere) expect([where, isEqual(source, join(disk.here, name))]).toEqual([where, true])
      expect([where, saidDone && !isThere]).toEqual([where, false])
      seen[isThere ? 'complete' : 'absent'] += 1
      if (saidDone) seen.afterSuccess += 1
      if (remains(disk.here).length > 0) seen.withRemains += 1
      // The next work that begins finds what the cut left removed.
      const next = disk.run(process.execPath, petri, 'disk', 'checksum', source)
      expect([where, next.status, next.status === 0 ? '' : next.stderr]).toEqual([where, 0, ''])
      expect([where, remains(disk.here)]).toEqual([where, []])
      for (const file of readdirSync(disk.here)) if (file.startsWith('target')) unlinkSync(join(disk.here, file))
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

/**
 * A file system of its own, for the targets and for Petri's own folder, that can lose its power. It is mounted in a
 * namespace of its own: a copy of the mount in somebody else's would keep it alive when it is unmounted here.
 */
async function smallDisk(path: string) {
  const [image, at] = [join(path, 'disk.ext4'), join(path, 'disk')]
  writeFileSync(image, '')
  truncateSync(image, 1024 * MIB)
  execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', image])
  mkdirSync(at)
  const holder = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', 'echo ready; exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])
  const inside = ['-m', `--target=${holder.pid}`, '--']
  const env = { ...process.env, PETRI_HOME: join(at, 'home') }
  const run = (...argv: readonly string[]) => spawnSync('nsenter', [...inside, ...argv], { env, encoding: 'utf8' })
  return {
    /** As Petri sees it. */
    at,
    /** As this test sees it. */
    here: `/proc/${holder.pid}/root${at}`,
    run,
    start: (args: readonly string[]): ChildProcess =>
      spawn('nsenter', [...inside, process.execPath, petri, ...args], { env, stdio: 'ignore' }),
    /** Gives what was said against it. */
    mount: () => run('mount', '-o', 'loop', image, at).stderr.trim(),
    /** The same. */
    cut: (how: string) => run('perl', '-e', cutScript, at, how).stderr.trim(),
    /** Tools of a killed Petri end a moment after it, each with a view of its own of this file system: nobody tells. */
    async unmount(): Promise<void> {
      for (let left = 200; ; left -= 1) {
        const { stderr } = run('umount', at)
        if (run('losetup', '-j', image).stdout === '') return
        if (left === 0) throw new Error(`${image} stays in use: ${stderr}`)
        await delay(50)
      }
    },
    [Symbol.dispose]: () => void holder.kill('SIGKILL'),
  }
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
