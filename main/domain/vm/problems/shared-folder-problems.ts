import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { error, warning } from './make-problem.ts'

/** Folders of the system: a guest has no business in them, and much to learn there. */
const systemFolders = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
  '/var',
]
/** Below these lie folders of users and programs that may well be shared. */
const mixedFolders = new Set(['/root', '/run', '/var'])

/** Folders that cannot be shared, or that hold more than a person may think. Links are followed first. */
export function sharedFolderProblems(spec: VmSpec, facts: VmFacts): readonly Problem[] {
  return [...virtiofsProblems(spec, facts), ...folderProblems(spec, facts)]
}

function virtiofsProblems({ machineType, sharedFolders }: VmSpec, { host }: VmFacts): readonly Problem[] {
  return sharedFolders.flatMap(({ driver }, index) => {
    const field = `sharedFolders[${index}].driver`
    if (driver !== 'virtiofs') return []
    if (machineType === 'microvm')
      return [error(field, 'virtiofs-not-on-machine', 'microvm has no place for virtiofs.', 'Choose 9p.')]
    return host.virtiofsdPath === undefined
      ? [
          error(
            field,
            'virtiofsd-missing',
            'This host has no virtiofsd that runs without root: it takes the one of QEMU 7.2, newuidmap, and ids for you in /etc/subuid.',
            'Choose 9p, which needs nothing. On Debian 12: sudo apt install qemu-system-common uidmap.',
          ),
        ]
      : []
  })
}

function folderProblems(spec: VmSpec, facts: VmFacts): readonly Problem[] {
  return spec.sharedFolders.flatMap(({ path, readOnly }, index) => {
    const field = `sharedFolders[${index}].path`
    const found = facts.files[path] ?? ({ kind: 'missing' } as const)
    if (found.kind === 'missing')
      return [error(field, 'file-missing', `The folder ${path} does not exist.`, 'Choose another folder.')]
    if (found.kind === 'unreadable')
      return [
        error(
          field,
          'file-unreadable',
          `The folder ${path} cannot be opened: ${found.reason}`,
          'Check its permissions.',
        ),
      ]
    if (found.kind !== 'directory')
      return [error(field, 'not-a-folder', `${path} is not a folder.`, 'Choose the folder that holds it.')]
    return placeProblems(field, plain(found.realPath ?? path), plain(facts.vmFolder), readOnly)
  })
}

function placeProblems(field: string, path: string, vmFolder: string, readOnly: boolean): readonly Problem[] {
  if (path === '/' || systemFolders.some((folder) => isSystem(path, folder)))
    return [
      error(field, 'share-of-the-system', `${path} belongs to the system of this host.`, 'Share a folder of your own.'),
    ]
  // Its parents hold the other machines and Petri's own records; a home folder is one of them.
  if (contains(path, vmFolder) || contains(vmFolder, path) || contains(parentOf(parentOf(vmFolder)), path))
    return [
      error(
        field,
        'share-of-petri',
        `${path} holds Petri's own files, this machine's among them.`,
        'Share a folder that holds only what the guest is meant to see.',
      ),
    ]
  return path.split('/').some((part) => part.startsWith('.'))
    ? [
        warning(
          field,
          'share-hidden',
          `${path} is a hidden folder: such folders often hold keys and settings${readOnly ? '' : ', and the guest could change them'}.`,
          'Share it only when the guest is meant to see all of it.',
        ),
      ]
    : []
}

const isSystem = (path: string, folder: string) =>
  path === folder || (!mixedFolders.has(folder) && contains(folder, path))

const contains = (outer: string, inner: string) => inner === outer || inner.startsWith(`${outer}/`)
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
const plain = (path: string) => (path.length > 1 ? path.replace(/\/+$/, '') : path)
