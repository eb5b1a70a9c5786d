import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn as spawnPty } from 'node-pty'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { vmSpecSchema } from '#contract/vm-spec'

import { planVm } from '../../main/domain/vm/plan-vm.ts'
import { throwawayArgv } from '../../main/domain/vm/throwaway-argv.ts'

const limitMs = 20_000

/**
 * A boot sector that writes itself to the second sector of its disk through the BIOS, says `W` on COM1 and sleeps:
 * xor ax,ax; mov es,ax; mov bx,7c00h; mov ax,0301h; mov cx,2; mov dh,0; int 13h; mov dx,3f8h; mov al,'W'; out dx,al; hlt.
 */
const writingBootSector = Buffer.concat([
  Buffer.from('31c08ec0bb007cb80103b90200b600cd13baf803b057eef4ebfd', 'hex'),
  Buffer.alloc(484),
  Buffer.from('55aa', 'hex'),
])

let folder = ''
let disk = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petri-'))
  for (const name of ['scratch', 'runtime']) mkdirSync(join(folder, name))
  disk = join(folder, 'disk.img')
  writeFileSync(disk, writingBootSector)
  truncateSync(disk, 1_048_576)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a started machine writes to its disk', async () => {
  const child = run(plan().argv)
  await vi.waitFor(() => expect(secondSector(disk)).toEqual(writingBootSector), { timeout: limitMs, interval: 20 })
  await end(child)
})

test('a throwaway run writes to its layer, and the disk stays as it was', async () => {
  const before = readFileSync(disk)
  const { argv } = throwaway()
  const child = run(argv)
  expect(String(await once(child.stdout ?? child, 'data'))).toContain('W')
  child.stdin?.write('\u0001x')
  await once(child, 'close')
  expect(child.exitCode).toBe(0)
  expect(readFileSync(disk).equals(before)).toBe(true)
  const layer = join(folder, 'scratch', 'disk-root.qcow2')
  const seen = join(folder, 'seen.img')
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', layer, seen])
  expect(secondSector(seen)).toEqual(writingBootSector)
})

test('a throwaway run ends with its terminal', async () => {
  const { argv } = throwaway()
  const [program = '', ...args] = argv
  const pty = spawnPty(program, args, { cols: 80, rows: 24 })
  await new Promise<void>((resolve) => pty.onData((text) => text.includes('W') && resolve()))
  const qemu = await emulatorBelow(pty.pid)
  pty.kill('SIGKILL') // the sandbox's own process, as when the owner of the terminal is killed
  await vi.waitFor(() => expect(() => process.kill(qemu, 0)).toThrow('ESRCH'), { timeout: limitMs, interval: 20 })
})

function plan() {
  const spec = vmSpecSchema.parse({
    version: 1,
    id: 'writer',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Writer',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    machineType: 'pc',
    memoryMiB: 64,
    disks: [{ id: 'root', path: disk, format: 'raw', bus: 'ide' }],
  })
  const rootLinks = { '/bin': 'usr/bin', '/lib': 'usr/lib', '/lib64': 'usr/lib64', '/sbin': 'usr/sbin' }
  const planning = planVm(spec, {
    host: {
      architecture: 'x86_64',
      cpus: 2,
      memoryMiB: 4096,
      emulators: { x86_64: { path: '/usr/bin/qemu-system-x86_64', version: [7, 2, 0] } },
      bwrapPath: '/usr/bin/bwrap',
      swtpmPath: undefined,
      kvm: { usable: false, reason: 'Not tried.' },
      firmwares: [],
      rootLinks,
    },
    files: {
      [disk]: {
        kind: 'file',
        sizeBytes: 1_048_576,
        readable: true,
        writable: true,
        header: { format: 'raw', refersTo: undefined },
        heldBy: undefined,
      },
    },
    portHolders: {},
    vmFolder: folder,
    runtimeFolder: join(folder, 'runtime'),
    nonce: '00c0ffee',
  })
  if (planning.kind === 'refused') throw new Error(JSON.stringify(planning.problems))
  return planning.plan
}

function throwaway() {
  const made = throwawayArgv(plan(), join(folder, 'scratch'))
  for (const preparation of made.preparations) {
    if (preparation.kind !== 'overlay') continue
    const { baseFormat, basePath, path } = preparation
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', basePath, '-F', baseFormat, path])
  }
  return made
}

function run(argv: readonly string[]): ChildProcess {
  const [program = '', ...args] = argv
  return spawn(program, args, { stdio: 'pipe', timeout: limitMs, killSignal: 'SIGKILL' })
}

/** bwrap hands SIGTERM on to nobody, so the emulator below it is asked. */
async function end(child: ChildProcess): Promise<void> {
  process.kill(await emulatorBelow(child.pid ?? 0), 'SIGTERM')
  await once(child, 'close')
}

async function emulatorBelow(pid: number): Promise<number> {
  return await vi.waitFor(() => {
    const found = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
    expect(found).toBeGreaterThan(0)
    return found
  })
}

function secondSector(path: string): Buffer {
  return readFileSync(path).subarray(512, 1024)
}
