import { lstat } from 'node:fs/promises'

import { RefusedError } from '../refused-error.ts'

/** QEMU's options for the passphrase in a file, which then is called `key`: it stands in no command and no environment. */
export const secretObject = (path: string) => ['--object', `secret,id=key,file=${path.replaceAll(',', ',,')}`] as const

/** Gives the path back. Throws RefusedError where it is no file with something in it that only its owner may read. */
export async function ownSecretFile(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isFile() && found.size > 0 && (found.mode & 0o077) === 0) return path
  throw new RefusedError({
    code: 'invalid',
    title: 'The passphrase is not taken from this file',
    evidence: !found?.isFile() ? `${path} is no file` : found.size === 0 ? 'It is empty' : 'Others may read it',
    cure: { text: 'Make it yours alone.', command: `chmod 600 ${path}` },
  })
}
