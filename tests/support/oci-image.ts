import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes an image of these layers (tar files, the lowest first) as a folder that skopeo calls `oci:`. */
export async function writeOciImage(folder: string, layers: readonly string[]): Promise<void> {
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const put = async (mediaType: string, bytes: Uint8Array | string) => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    await writeFile(join(blobs, digest), bytes)
    return { mediaType, digest: `sha256:${digest}`, size: (await stat(join(blobs, digest))).size }
  }
  const type = (name: string) => `application/vnd.oci.image.${name}`
  const stored = []
  for (const layer of layers) stored.push(await put(type('layer.v1.tar'), await readFile(layer)))
  const config = {
    architecture: 'arm',
    variant: 'v7',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: stored.map(({ digest }) => digest) },
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: type('manifest.v1+json'),
    config: await put(type('config.v1+json'), JSON.stringify(config)),
    layers: stored,
  }
  const index = {
    schemaVersion: 2,
    manifests: [await put(type('manifest.v1+json'), JSON.stringify(manifest))],
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index))
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
}
