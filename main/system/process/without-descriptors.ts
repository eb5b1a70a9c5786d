/**
 * A command in front of which every descriptor above `highest` is closed. Electron's own sockets and pipes are open
 * without close-on-exec (Chromium closes them itself when it starts its children); a program that Node starts there
 * inherits them, and a sandbox passes them on. bash is in every Debian and Ubuntu; the shell is replaced by the command,
 * so pid and exit status are the command's. Nothing of `argv` is read by the shell.
 */
export function withoutDescriptors(argv: readonly string[], highest = 2): readonly [string, ...string[]] {
  const script = `for fd in /proc/$$/fd/*; do fd=\${fd##*/}; ((fd > ${highest})) && exec {fd}>&-; done; exec "$@"`
  return ['/bin/bash', '--norc', '--noprofile', '-c', script, 'petri', ...argv]
}
