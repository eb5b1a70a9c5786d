/** Below the home: folders that hold keys, passwords or sessions. */
const SECRETS = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.password-store',
  '.mozilla',
  '.thunderbird',
  '.netrc',
  '.config',
  '.local/share/keyrings',
  '.pki',
]

/** Whether a bind mount of this folder gives away secrets: a folder of keys, one above it, or what the system keeps to itself. */
export function isSecretFolder(path: string, home: string): boolean {
  const wanted = plain(path)
  const holdsOrIsIn = (secret: string) => isBelow(secret, wanted) || isBelow(wanted, secret)
  return (
    SECRETS.some((name) => holdsOrIsIn(`${plain(home)}/${name}`)) ||
    isBelow(wanted, '/root') ||
    ['/etc', '/proc', '/sys', '/dev', '/run', '/var/lib', '/boot'].some((folder) => isBelow(wanted, folder)) ||
    wanted === '/'
  )
}

const plain = (path: string) => {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether `path` is `folder` or lies in it. */
const isBelow = (path: string, folder: string) => folder === '/' || path === folder || path.startsWith(`${folder}/`)
