import { execFile } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { installerIsos, makeInstallerIso } from '../../fixtures/installer-isos.ts'
import { notebookDisk } from '../../fixtures/notebook-guest.ts'
import { appFolder, type PetriHome } from '../support/petri-home.ts'

/** Files of the lab that is photographed. */
export interface PictureLab {
  readonly iso: string
  readonly disk: string
}

/** A small lab as somebody has it after an afternoon: machines with names, tags and states, and a history. */
export async function makePictureLab({ path, env }: PetriHome): Promise<PictureLab> {
  const petri = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)(process.execPath, [join(appFolder, 'dist/main/cli.js'), ...args], { env })
  }
  const files = join(path, 'images')
  await mkdir(files)
  const [raw, disk, iso, fedora] = ['notebook.img', 'notebook.qcow2', 'debian-11.iso', 'fedora.iso'].map((name) =>
    join(files, name),
  )
  if (raw === undefined || disk === undefined || iso === undefined || fedora === undefined) throw new Error('no names')
  await writeFile(raw, notebookDisk(64 * 1024 * 1024))
  await promisify(execFile)('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, disk])
  await rename(raw, join(files, 'old-laptop.img'))
  for (const [name, volume] of [
    [iso, 'Debian 11.6.0 amd64 n'],
    [fedora, 'Fedora-S-dvd-x86_64-41'],
  ]) {
    const installer = installerIsos.find((each) => each.volume === volume)
    if (installer && name !== undefined) await makeInstallerIso(name, installer)
  }
  await petri('create', 'Notebook', '--disk', disk, '--import', 'copy', '--memory', '64')
  await petri('create', 'Router', '--disk-size', '2G', '--memory', '512')
  await petri('create', 'Web server', '--disk-size', '20G', '--memory', '2048', '--cpus', '2')
  await petri('create', 'Desktop', '--disk-size', '40G', '--memory', '4096', '--firmware', 'uefi', '--iso', fedora)
  await petri('tag', 'Router', 'course')
  await petri('tag', 'Web server', 'course')
  await petri('start', 'Notebook')
  await petri('start', 'Starter')
  return { iso, disk }
}

/** Gives the notebook a history with a branch. */
export async function makeHistory({ env }: PetriHome): Promise<void> {
  const petri = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)(process.execPath, [join(appFolder, 'dist/main/cli.js'), ...args], { env })
  }
  const write = async (line: string): Promise<void> => {
    await petri('type', 'Notebook', line)
    await petri('send-key', 'Notebook', 'enter')
  }
  await write('a clean install')
  await petri('snapshot', 'create', 'Notebook', 'Clean install', '--notes', 'Before anything was changed.')
  await write('with the first upgrade')
  await petri('snapshot', 'create', 'Notebook', 'First upgrade')
  await petri('snapshot', 'revert', 'Notebook', 'Clean install', '--yes')
  await write('another way')
  await petri('snapshot', 'create', 'Notebook', 'Another way')
  await write('hello from the lab')
}
