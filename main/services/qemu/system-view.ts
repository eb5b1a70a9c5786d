/**
 * What every program in a small sandbox sees of the host, as bwrap's arguments: its programs and libraries, read-only, and a
 * /proc and /dev of its own. Nothing of /etc but the linker's cache, and nobody's home.
 */
export const systemView: readonly string[] = [
  ...['--ro-bind', '/usr', '/usr'],
  ...['--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
  ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache', '--proc', '/proc', '--dev', '/dev'],
]
