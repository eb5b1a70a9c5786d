import { execFileSync } from 'node:child_process'

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

/** Throws unless the disk's tables are whole, leaks included. */
export function checkDisk(path: string): void {
  execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', path], { stdio: 'pipe' })
}
