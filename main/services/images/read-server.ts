import { CatalogueFormatError, productImages, productPaths } from '../../domain/catalogue/simplestreams.ts'
import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'
import type { StreamServer } from '../../domain/catalogue/image-servers.ts'
import { relativeAddress } from '../../domain/catalogue/relative-address.ts'
import { fetchBytes } from '../../system/net/fetch-text.ts'
import type { DownloadLimits } from '../../system/net/download-file.ts'
import type { TlsTrust } from '../../system/net/tls-trust.ts'
import { RefusedError } from '../refused-error.ts'
import { downloadFailure } from './download-failure.ts'
import { verifyClearsigned } from './verify-signature.ts'

const MAX_INDEX_BYTES = 2 * 1024 * 1024
/** The largest list known, of images.linuxcontainers.org, has a few million bytes. */
const MAX_PRODUCTS_BYTES = 48 * 1024 * 1024

export interface ServerReading {
  readonly entries: readonly CatalogueEntry[]
  /** Entries that were damaged, hostile, or offer nothing that Petri can use. */
  readonly passedOver: number
  readonly signature: 'signed' | 'unchecked' | 'unsigned'
}

/**
 * Reads a simplestreams server: its index, and the lists that the index names. Where the server signs, both must carry a
 * good signature. Throws RefusedError with the reason, or the signal's.
 */
export async function readServer(
  server: StreamServer,
  net: { readonly trust: TlsTrust; readonly limits: DownloadLimits; readonly signal: AbortSignal },
  log: (line: string) => void,
): Promise<ServerReading> {
  const fetchText = async (path: string, maxBytes: number) => {
    const address = relativeAddress(server.url, path)
    if (address === undefined) throw unusable(server, `its index names the path ${path.slice(0, 80)}`)
    log(`Reading ${address}`)
    const { headersMs, stall } = net.limits
    const bytes = await fetchBytes(address, { ...net, headersMs, stall, maxBytes }).catch((error: unknown) => {
      throw downloadFailure(error)
    })
    return new TextDecoder().decode(bytes)
  }
  /** The text, checked; undefined: the keyring is missing. */
  const fetchSigned = async (path: string, maxBytes: number, keys: NonNullable<StreamServer['keys']>) => {
    const checked = await verifyClearsigned(await fetchText(path, maxBytes), keys, `${server.title} (${path})`)
    return checked.kind === 'good' ? checked.text : undefined
  }

  try {
    const { keys } = server
    const signedIndex = keys && (await fetchSigned('streams/v1/index.sjson', MAX_INDEX_BYTES, keys))
    if (keys && signedIndex === undefined && !server.unsignedWithoutKeyring) throw keyringMissing(server, keys.keyring)
    const signed = signedIndex !== undefined
    const index = signedIndex ?? (await fetchText('streams/v1/index.json', MAX_INDEX_BYTES))
    const readings = []
    for (const path of productPaths(index)) {
      const text =
        signed && keys
          ? await fetchSigned(path.replace(/\.json$/, '.sjson'), MAX_PRODUCTS_BYTES, keys)
          : await fetchText(path, MAX_PRODUCTS_BYTES)
      readings.push(productImages(text ?? '', { id: server.id, base: server.url, signed }))
    }
    return {
      entries: readings.flatMap(({ entries }) => entries),
      passedOver: readings.reduce((sum, reading) => sum + reading.passedOver, 0),
      signature: signed ? 'signed' : keys ? 'unchecked' : 'unsigned',
    }
  } catch (error) {
    throw error instanceof CatalogueFormatError ? unusable(server, error.message) : error
  }
}

const unusable = (server: StreamServer, evidence: string) =>
  new RefusedError({
    code: 'command-failed',
    title: `${server.title} gives no usable list of images`,
    evidence,
    cause: 'It is no simplestreams server, or its list is damaged.',
    cure: { text: 'Check its address; what it listed before stays.', command: 'petri image server list' },
  })

const keyringMissing = (server: StreamServer, keyring: string) =>
  new RefusedError({
    code: 'unavailable',
    title: `The keyring for ${server.title} is missing`,
    evidence: keyring,
    cause: 'Its lists are signed, and without the keyring nobody can say by whom.',
    cure: { text: 'Put the keyring back, or remove the server and add it again.' },
  })
