import { execFileSync, spawnSync } from 'node:child_process'

/** Writes `byte` over a part of a qcow2 that nobody has open, as its guest would. */
export function writeDisk(path: string, byte: number, offset = 0, length = 65_536): void {
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -P ${byte} ${offset} ${length}`, path], { stdio: 'pipe' })
}

/** Throws unless that part of the disk holds `byte` alone. */
export function expectDisk(path: string, byte: number, offset = 0, length = 65_536): void {
  const said = execFileSync('qemu-io', ['-f', 'qcow2', '-r', '-c', `read -P ${byte} ${offset} ${length}`, path], {
    encoding: 'utf8',
  })
  if (/verification failed/i.test(said)) throw new Error(`${path} does not hold ${byte} at ${offset}: ${said}`)
}

/**
 * Throws unless the disk's tables are whole. `mayLeak`: space that is marked as used and is not, which a QEMU that was
 * killed may leave and which harms nobody.
 */
export function checkDisk(path: string, { mayLeak = false } = {}): void {
  const { status, stderr } = spawnSync('qemu-img', ['check', '-q', '-f', 'qcow2', path], { encoding: 'utf8' })
  if (status !== 0 && !(mayLeak && status === LEAKS_ONLY)) throw new Error(`${path}: ${stderr}`)
}

/** qemu-img's exit code for leaks without errors. */
const LEAKS_ONLY = 3
