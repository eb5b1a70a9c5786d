import { runtimeSandboxFolder, sharedFolderSandboxPath } from '../vm/sandbox-paths.ts'
import type { SharedFolder } from '#contract/vm-spec'

import type { VmDecisions } from '../vm/vm-decisions.ts'
import { isVirtiofs } from './is-virtiofs.ts'
import { jsonOption, keyedOption, type QemuOption } from './qemu-option.ts'

/**
 * Each shared folder as a 9p file system: needs no program beside QEMU and no right of root, and Linux guests have its
 * driver. Owners, modes, links and devices that the guest makes are kept in attributes (`mapped-xattr`): on the host
 * there are only ordinary files of this user, so a guest can leave no link or set-uid program behind.
 */
export function sharedFolderOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { mode, profile, spec } = decisions
  return spec.sharedFolders.flatMap((folder) => {
    const { id } = folder
    if (isVirtiofs(decisions, folder)) return virtiofsOptions(decisions, folder)
    const readOnly = folder.readOnly || mode.kind === 'throwaway'
    return [
      keyedOption(
        '-fsdev',
        'local',
        {
          id: `share-${id}`,
          path: sharedFolderSandboxPath(folder),
          security_model: 'mapped-xattr',
          multidevs: 'remap',
          readonly: readOnly ? 'on' : undefined,
        },
        `The folder ${folder.path}, as the sandbox shows it. ${readOnly ? 'The guest can only read it.' : 'The guest can change it; its owners and links stay in attributes of ordinary files.'}`,
      ),
      jsonOption(
        '-device',
        { driver: `virtio-9p-${profile.virtio}`, id: `share-${id}`, fsdev: `share-${id}`, mount_tag: id },
        `Shows that folder to the guest under the name "${id}", by which it mounts it.`,
      ),
    ]
  })
}

/** The folder itself is open to virtiofsd alone; QEMU knows only the socket. */
function virtiofsOptions({ names, profile }: VmDecisions, { id, path }: SharedFolder): readonly QemuOption[] {
  const chardev = `share-${id}-link`
  return [
    keyedOption(
      '-chardev',
      'socket',
      { id: chardev, path: `${runtimeSandboxFolder}/${names.virtiofs[id] ?? ''}` },
      `The socket of virtiofsd, the program that serves the folder ${path}.`,
    ),
    jsonOption(
      '-device',
      { driver: `vhost-user-fs-${profile.virtio}`, id: `share-${id}`, chardev, tag: id },
      `Shows that folder to the guest under the name "${id}", by which it mounts it.`,
    ),
  ]
}
