import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

import { builtInServers, serverId, type StreamServer } from '../../domain/catalogue/image-servers.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { RefusedError } from '../refused-error.ts'

const listSchema = z.strictObject({
  version: z.literal(1),
  /** Built-in servers that are not wanted. */
  removed: z.array(z.string()),
  added: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      url: z.string(),
      keyring: z.string().optional(),
      fingerprints: z.array(z.string()),
    }),
  ),
})
type List = z.infer<typeof listSchema>

const empty: List = { version: 1, removed: [], added: [] }

/** Which servers are asked: those that came with Petri, less the removed, and the added ones. */
export function createServerList(file: string) {
  const read = async (): Promise<List> => {
    try {
      return listSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return empty
      throw new RefusedError({
        code: 'invalid',
        title: 'The list of image servers cannot be read',
        evidence: `${file}: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`,
        cure: {
          text: 'Move it away to begin with the servers that came with Petri.',
          command: `mv ${file} ${file}.old`,
        },
      })
    }
  }
  const servers = ({ removed, added }: List): readonly StreamServer[] => [
    ...builtInServers.filter(({ id }) => !removed.includes(id)),
    ...added.map(({ id, title, url, keyring, fingerprints }) => ({
      id,
      title,
      url,
      keys: keyring === undefined ? undefined : { keyring, fingerprints },
      unsignedWithoutKeyring: false,
    })),
  ]
  const write = async (list: List) => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeDurableFile(file, JSON.stringify(list, undefined, 2))
  }

  return {
    list: async () => servers(await read()),
    async add(wanted: {
      readonly url: string
      readonly title?: string | undefined
      readonly keyring?: string | undefined
      readonly fingerprints: readonly string[]
    }): Promise<string> {
      const list = await read()
      const url = wanted.url.endsWith('/') ? wanted.url : `${wanted.url}/`
      if (new URL(url).search !== '' || new URL(url).hash !== '') throw notAFolder(url)
      const there = servers(list).find((server) => server.url === url)
      if (there)
        throw new RefusedError({ code: 'conflict', title: `This server is in the list already, as ${there.id}` })
      const builtIn = builtInServers.find((server) => server.url === url)
      if (builtIn) {
        await write({ ...list, removed: list.removed.filter((id) => id !== builtIn.id) })
        return builtIn.id
      }
      if ((wanted.keyring === undefined) !== (wanted.fingerprints.length === 0)) throw keyringNeedsFingerprint()
      const id = serverId(url, new Set([...builtInServers, ...list.added].map((server) => server.id)))
      const { title = new URL(url).host, keyring, fingerprints } = wanted
      const added = { id, title, url, ...(keyring !== undefined && { keyring }), fingerprints: [...fingerprints] }
      await write({ ...list, added: [...list.added, added] })
      return id
    },
    async remove(id: string): Promise<void> {
      const list = await read()
      if (!servers(list).some((server) => server.id === id))
        throw new RefusedError({ code: 'not-found', title: `There is no image server ${id}` })
      const isBuiltIn = builtInServers.some((server) => server.id === id)
      await write({
        ...list,
        removed: isBuiltIn ? [...list.removed, id] : list.removed,
        added: list.added.filter((server) => server.id !== id),
      })
    },
  }
}

const notAFolder = (url: string) =>
  new RefusedError({
    code: 'bad-request',
    title: 'The address of an image server has neither ? nor # in it',
    evidence: url,
    cure: { text: 'Name the folder that holds streams/v1/.' },
  })

const keyringNeedsFingerprint = () =>
  new RefusedError({
    code: 'bad-request',
    title: 'A keyring needs the fingerprint of the key that is believed, and the other way round',
    cause: 'A keyring may hold many keys; only the named one is believed.',
    cure: { text: 'See its keys:', command: 'gpg --show-keys --with-fingerprint FILE' },
  })
