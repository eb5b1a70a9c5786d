import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ownDataFolder } from '../services/own-data-folder.ts'
import { makeUserDirs, type UserDirs, userDirs } from '../system/user-dirs.ts'
import type { App } from './app.ts'
import { createApp } from './create-app.ts'
import type { Reach } from '../services/vm/reach.ts'

export type OpenedPetri =
  /** This process is the owner: it serves `app` to others at `localSocketPath` for as long as it lives. */
  | { readonly kind: 'owner'; readonly app: App; readonly localSocketPath: string; readonly folders: UserDirs }
  /** Another process is; its socket may not listen yet, or no longer. */
  | {
      readonly kind: 'owned-elsewhere'
      readonly owner: { readonly pid: number; readonly socketPath: string }
      readonly folders: UserDirs
    }

/**
 * Opens the data folder that the environment names: as its owner where nobody is, else with the address of who is.
 * `app`'s `[Symbol.asyncDispose]` also gives the folder back.
 */
export async function openPetri(options: {
  shell: 'electron' | 'web' | 'cli'
  env: Readonly<Record<string, string | undefined>>
  version: string
  reach?: Reach
}): Promise<OpenedPetri> {
  const folders = userDirs(options.env)
  makeUserDirs(folders)
  const localSocketPath = join(folders.runtime, 'owner.sock')
  const ownership = ownDataFolder(folders.data, localSocketPath, new Date())
  if (ownership.kind === 'taken') {
    const owner = ownership.owner ?? { pid: 0, socketPath: localSocketPath }
    return { kind: 'owned-elsewhere', owner: { pid: owner.pid, socketPath: owner.socketPath }, folders }
  }
  try {
    const app = await createApp({
      shell: options.shell,
      version: options.version,
      dirs: folders,
      starterFolder: findBeside('starter', ['../../dist/starter']),
      catalogueFile: findBeside('catalogue/shipped.json', ['../../assets/catalogue/shipped.json']),
      caFile: options.env['PETRI_CA_FILE'] || undefined,
      ...(options.reach && { reach: options.reach }),
    })
    const close = app[Symbol.asyncDispose].bind(app)
    const dispose = async () => {
      await close()
      ownership.lock.release()
    }
    return { kind: 'owner', app: { ...app, [Symbol.asyncDispose]: dispose }, localSocketPath, folders }
  } catch (error) {
    ownership.lock.release()
    throw error
  }
}

/**
 * What comes with Petri lies beside the built code: in a checkout (also when run from its sources) where `inCheckout` says,
 * in a package in its resources folder.
 */
function findBeside(name: string, inCheckout: readonly string[]): string | undefined {
  const candidates = [...inCheckout, ...['..', '../..', '../../..', '../../../..'].map((up) => `${up}/${name}`)]
  return candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))
}
