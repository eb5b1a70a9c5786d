import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { appFolder, type PetriHome } from './petri-home.ts'

/** One command of `petri` in a home, as somebody at a terminal would give it. Resolves with what it printed. */
export async function runPetri({ env }: PetriHome, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(appFolder, 'dist/main/cli.js'), ...args], {
    env,
  })
  return stdout
}
