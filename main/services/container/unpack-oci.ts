import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { z } from 'zod'

import type { ContainerArchitecture } from '#contract/container'
import { type ArchiveFindings, ArchiveRefused, createArchiveGate } from '../../domain/container/archive-gate.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { ociArchive, ociWords } from '../../domain/container/oci-reference.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { runSandboxed } from '../qemu/run-sandboxed.ts'
import { RefusedError } from '../refused-error.ts'
import { applyLayer } from './apply-layer.ts'
import { findProgram } from './find-container-host.ts'
import { archiveFailure, type UnpackWork } from './unpack-root.ts'

const MAX_LAYERS = 200
const MAX_JSON_BYTES = 4 * 1024 * 1024

const descriptorSchema = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })
const indexSchema = z.object({ manifests: z.array(descriptorSchema).length(1) })
const manifestSchema = z.object({ layers: z.array(descriptorSchema).min(1).max(MAX_LAYERS) })

/**
 * Fetches an image with skopeo, which checks every digest, and unpacks its layers over each other into an empty folder.
 * Throws RefusedError; the folder is the caller's to remove.
 */
export async function unpackOci(
  reference: string,
  architecture: ContainerArchitecture,
  root: string,
  idMap: IdMap,
  work: UnpackWork,
): Promise<ArchiveFindings> {
  const scratch = await mkdtemp(join(dirname(root), 'oci-'))
  try {
    const image = await fetchImage(reference, architecture, scratch, work)
    const layers = await layersOf(image)
    const gate = createArchiveGate()
    for (const [index, layer] of layers.entries()) {
      const phase = layers.length === 1 ? 'Unpacking' : `Unpacking layer ${index + 1} of ${layers.length}`
      work.progress({ phase })
      const onBytes = (doneBytes: number) => work.progress({ phase, doneBytes })
      await applyLayer(layer, root, idMap, gate, { signal: work.signal, onBytes })
      await rm(layer)
    }
    return gate.findings()
  } catch (error) {
    throw archiveFailure(reference, error)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Copies the image into `scratch` as a folder of blobs, which it returns. */
async function fetchImage(
  reference: string,
  architecture: ContainerArchitecture,
  scratch: string,
  work: UnpackWork,
): Promise<string> {
  const words = ociWords(architecture)
  const skopeo = await findProgram('skopeo')
  if (skopeo === undefined || words === undefined)
    throw new RefusedError({
      code: 'unavailable',
      title: 'Images of registries cannot be unpacked here',
      evidence: words === undefined ? `OCI has no word for ${architecture}.` : 'skopeo is not installed.',
      cure: { text: 'Install it, or give a tar file.', command: 'sudo apt-get install -y skopeo' },
    })
  work.progress({ phase: `Fetching ${reference}` })
  const image = join(scratch, 'image')
  const [architectureWord, variant] = words
  const argv = [
    ...[skopeo, '--tmpdir', scratch, '--override-os', 'linux', '--override-arch', architectureWord],
    ...(variant === undefined ? [] : ['--override-variant', variant]),
  ] as const
  const copy = ['copy', '--', reference, `oci:${image}:petri`] as const
  const archive = ociArchive(reference)
  try {
    if (archive === undefined) await runCommand(withoutDescriptors([...argv, ...copy]), { signal: work.signal })
    else {
      await mustBeThere(archive)
      // What the system trusts is about registries; a file was chosen by a person.
      await runSandboxed(
        [...argv, '--insecure-policy', ...copy],
        { readOnly: [archive], writableFolder: scratch },
        { signal: work.signal },
      )
    }
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'cancelled') throw error
    const words = error.stderrTail.trim()
    throw new RefusedError(
      {
        code: /no space left/i.test(words) ? 'no-space' : 'command-failed',
        title: `${reference} could not be fetched`,
        evidence: /msg="(.*)"/.exec(words)?.[1]?.replaceAll(String.raw`\"`, '"') ?? words.split('\n').at(-1) ?? '',
        cause:
          archive === undefined
            ? 'The image does not exist for this architecture, the registry does not answer, or it wants a login.'
            : 'The file is damaged, of another kind, or holds no image for this architecture.',
        cure: {
          text:
            archive === undefined
              ? 'Check the name; log in with skopeo login where the registry wants that.'
              : 'Save the image again; skopeo inspect says what a file holds.',
        },
        raw: words,
      },
      error,
    )
  }
  return image
}

async function mustBeThere(path: string): Promise<void> {
  await stat(path).catch((error: unknown) => {
    throw new RefusedError(
      { code: 'not-found', title: `There is no ${path}`, cure: { text: 'Check the path.' } },
      error,
    )
  })
}

/** The files of the layers, the lowest first. */
async function layersOf(image: string): Promise<readonly string[]> {
  const blob = (digest: string) => join(image, 'blobs', ...digest.split(':'))
  const index = indexSchema.parse(await readSmall(join(image, 'index.json')))
  const manifest = manifestSchema.safeParse(await readSmall(blob(index.manifests[0]?.digest ?? '')))
  if (!manifest.success) throw new ArchiveRefused('its manifest names no layers, or too many')
  return manifest.data.layers.map(({ digest }) => blob(digest))
}

async function readSmall(path: string): Promise<unknown> {
  if ((await stat(path)).size > MAX_JSON_BYTES) throw new ArchiveRefused('its manifest is longer than 4 MiB')
  return JSON.parse(await readFile(path, 'utf8'))
}
