import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { ContainerArchitecture } from '#contract/container'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'
import { findProgram } from './find-container-host.ts'
import { runInIdMap } from './in-id-map.ts'
import type { UnpackWork } from './unpack-root.ts'

/** Words that OCI images have for architectures, with the variant where one word means several. */
const OCI_WORDS: Readonly<Partial<Record<ContainerArchitecture, readonly [string, string?]>>> = {
  amd64: ['amd64'],
  i386: ['386'],
  arm64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v5'],
  riscv64: ['riscv64'],
  ppc64el: ['ppc64le'],
  s390x: ['s390x'],
  mips64el: ['mips64le'],
  loong64: ['loong64'],
}

/** Fetches an OCI image with skopeo and unpacks its layers with umoci into an empty folder. Throws RefusedError. */
export async function unpackOci(
  reference: string,
  architecture: ContainerArchitecture,
  root: string,
  idMap: IdMap,
  work: UnpackWork,
): Promise<void> {
  const words = OCI_WORDS[architecture]
  const missing: string[] = []
  for (const name of ['skopeo', 'umoci']) if ((await findProgram(name)) === undefined) missing.push(name)
  if (missing.length > 0 || words === undefined)
    throw new RefusedError({
      code: 'unavailable',
      title: 'Images of registries cannot be unpacked here',
      evidence: words === undefined ? `OCI has no word for ${architecture}.` : `Not installed: ${missing.join(', ')}.`,
      cure: { text: 'Install them, or give a tar file.', command: 'sudo apt-get install -y skopeo umoci' },
    })
  const scratch = await mkdtemp(join(dirname(root), 'oci-'))
  try {
    work.progress({ phase: `Fetching ${reference}` })
    const variant = words[1] === undefined ? [] : ['--override-variant', words[1]]
    await runCommand(
      [
        'skopeo',
        '--override-os',
        'linux',
        '--override-arch',
        words[0],
        ...variant,
        'copy',
        '--',
        reference,
        `oci:${join(scratch, 'image')}:petri`,
      ],
      { signal: work.signal },
    )
    work.progress({ phase: 'Unpacking the layers' })
    await runInIdMap(
      idMap,
      ['umoci', 'raw', 'unpack', '--image', `${join(scratch, 'image')}:petri`, join(scratch, 'root')],
      { signal: work.signal },
    )
    await runInIdMap(idMap, ['sh', '-c', 'rmdir "$1" && mv "$0" "$1"', join(scratch, 'root'), root], {
      signal: work.signal,
    })
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
    throw new RefusedError(
      {
        code: 'command-failed',
        title: `${reference} could not be fetched and unpacked`,
        evidence: error.stderrTail.trim().split('\n').at(-1) ?? '',
        cause: 'The image does not exist for this architecture, the registry does not answer, or it wants a login.',
        cure: { text: 'Check the name; log in with skopeo login where the registry wants that.' },
        raw: error.stderrTail,
      },
      error,
    )
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
