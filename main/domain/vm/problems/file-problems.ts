import type { Problem } from '#contract/problem'

import type { FileFacts } from '../host-facts.ts'
import { error } from './make-problem.ts'

/** A path of the spec, with what was found there. `what` names it in sentences: `The disk`. */
export interface ExpectedFile {
  readonly field: string
  readonly path: string
  readonly what: string
  readonly facts: FileFacts | undefined
}

/** Why a path is not a regular file that can be read. Facts that were not gathered count as missing: fail closed. */
export function fileProblems({ facts, field, path, what }: ExpectedFile): readonly Problem[] {
  const found = facts ?? ({ kind: 'missing' } as const)
  switch (found.kind) {
    case 'missing':
      return [
        error(
          field,
          'file-missing',
          `${what} ${path} does not exist.`,
          'Choose another file, or put it back in its place.',
        ),
      ]
    case 'unreadable':
      return [
        error(
          field,
          'file-unreadable',
          `${what} ${path} cannot be opened: ${found.reason}`,
          'Check the permissions of the file and of the folders above it.',
        ),
      ]
    case 'file':
      if (!found.readable) {
        return [
          error(
            field,
            'file-unreadable',
            `${what} ${path} may not be read by you.`,
            `chmod u+r, or copy it to a file of your own.`,
          ),
        ]
      }
      return found.sizeBytes === 0
        ? [
            error(
              field,
              'file-empty',
              `${what} ${path} is empty.`,
              'It may be left over from a download or copy that failed.',
            ),
          ]
        : []
    case 'directory':
    case 'fifo':
    case 'socket':
    case 'character-device':
    case 'block-device':
      return [
        error(
          field,
          'not-a-file',
          `${what} ${path} is ${kindNames[found.kind]}, not a file.`,
          'Choose a regular file.',
        ),
      ]
  }
}

const kindNames = {
  directory: 'a folder',
  fifo: 'a named pipe',
  socket: 'a socket',
  'character-device': 'a character device',
  'block-device': 'a block device',
} as const
