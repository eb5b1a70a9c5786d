import { readdirSync, readFileSync } from 'node:fs'

/**
 * A command in front of which every descriptor above `highest` is closed. Electron's own sockets and pipes are open
 * without close-on-exec (Chromium closes them itself when it starts its children), and so are node-pty's terminals; a
 * program that Node starts there inherits them, and a sandbox passes them on. bash is in every Debian and Ubuntu; the
 * shell is replaced by the command, so pid and exit status are the command's. Nothing of `argv` is read by the shell.
 *
 * Where nothing would be inherited the command stays as it is: a shell costs some 2 ms. Spawn it at once, therefore.
 */
export function withoutDescriptors(argv: readonly string[], highest = 2): readonly [string, ...string[]] {
  const [program, ...args] = argv
  if (program !== undefined && !someAreInherited(highest)) return [program, ...args]
  const script = `for fd in /proc/$$/fd/*; do fd=\${fd##*/}; ((fd > ${highest})) && exec {fd}>&-; done; exec "$@"`
  return ['/bin/bash', '--norc', '--noprofile', '-c', script, 'petri', ...argv]
}

/** Of `flags` in /proc/PID/fdinfo, which is octal. */
const CLOSE_ON_EXEC = 0o2000000

/** Whether a child of this process would get a descriptor above `highest`; yes when that cannot be told. */
function someAreInherited(highest: number): boolean {
  try {
    return readdirSync('/proc/self/fdinfo').some((name) => Number(name) > highest && isInherited(name))
  } catch {
    return true
  }
}

function isInherited(descriptor: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
    return flags === undefined || (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch (error) {
    // It has been closed since the folder was read, as the folder's own descriptor has.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}
