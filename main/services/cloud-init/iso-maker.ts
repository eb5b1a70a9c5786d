import { stat } from 'node:fs/promises'

import { RefusedError } from '../refused-error.ts'

/** Programs that take the options of mkisofs, the most common first. */
const makers = [['/usr/bin/xorriso', '-as', 'mkisofs'], ['/usr/bin/genisoimage'], ['/usr/bin/mkisofs']] as const

/** The program that makes CD images on this host. Throws RefusedError where there is none. */
export async function isoMaker(): Promise<readonly [string, ...string[]]> {
  for (const maker of makers) if (await stat(maker[0]).catch(() => undefined)) return maker
  throw new RefusedError({
    code: 'unavailable',
    title: 'The cloud-init CD cannot be made: xorriso is not installed',
    cure: { text: 'Install it.', command: 'sudo apt install xorriso' },
  })
}
