import { readFile } from 'node:fs/promises'

import type { PinnedKeys } from '../../domain/catalogue/catalogue-entry.ts'
import { RefusedError } from '../refused-error.ts'

/** Keyrings hold a few hundred keys at most; more is no keyring. */
const MAX_KEYRING_BYTES = 64 * 1024 * 1024

export type Checked =
  /** Good, by this key (primary fingerprint, upper case). */
  | { readonly kind: 'good'; readonly fingerprint: string; readonly text: string }
  /** Nothing can be said: the keyring is not on this host. */
  | { readonly kind: 'no-keyring' }

/**
 * Checks a clearsigned text; `text` of the answer is what was signed, and nothing around it. Only the pinned keys count,
 * whatever else the keyring holds. Throws RefusedError for a signature that is wrong, missing, or by another key.
 */
export async function verifyClearsigned(signed: string, keys: PinnedKeys, subject: string): Promise<Checked> {
  const pinned = await pinnedKeys(keys)
  if (pinned === undefined) return { kind: 'no-keyring' }
  const { readCleartextMessage, verify } = await import('openpgp')
  const message = await readCleartextMessage({ cleartextMessage: signed }).catch((error: unknown) => {
    throw wrongSignature(subject, error instanceof Error ? error.message : String(error))
  })
  const { signatures, data } = await verify({ message, verificationKeys: pinned })
  return { kind: 'good', fingerprint: await firstGood(signatures, keys, subject), text: data }
}

/** Checks a detached signature, armored or binary, over `data`. Otherwise like `verifyClearsigned`; `text` is ''. */
export async function verifyDetached(
  data: Uint8Array | ReadableStream<Uint8Array>,
  signature: Uint8Array,
  keys: PinnedKeys,
  subject: string,
): Promise<Checked> {
  const pinned = await pinnedKeys(keys)
  if (pinned === undefined) return { kind: 'no-keyring' }
  const { createMessage, readSignature, verify } = await import('openpgp')
  const armored = new TextDecoder('latin1').decode(signature.subarray(0, 64)).trimStart().startsWith('-----BEGIN PGP')
  const read = armored
    ? readSignature({ armoredSignature: new TextDecoder().decode(signature) })
    : readSignature({ binarySignature: signature })
  const parsed = await read.catch((error: unknown) => {
    throw wrongSignature(subject, error instanceof Error ? error.message : String(error))
  })
  const message = await createMessage({ binary: data })
  const verified = await verify({ message, signature: parsed, verificationKeys: pinned, format: 'binary' })
  // Of a stream, the signatures are judged when its end has passed.
  if (verified.data instanceof ReadableStream) {
    const reader = verified.data.getReader()
    while (!(await reader.read()).done);
  }
  return { kind: 'good', fingerprint: await firstGood(verified.signatures, keys, subject), text: '' }
}

interface Judged {
  readonly verified: Promise<unknown>
  readonly keyID: { toHex(): string }
}

async function firstGood(signatures: readonly Judged[], keys: PinnedKeys, subject: string): Promise<string> {
  const reasons: string[] = []
  for (const { verified, keyID } of signatures) {
    try {
      await verified
      return await fingerprintOf(keyID.toHex(), keys)
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw wrongSignature(subject, reasons[0] ?? 'there is no signature in it')
}

/** The pinned key that a signature's key id belongs to: to itself, or to a subkey of it. */
async function fingerprintOf(keyId: string, keys: PinnedKeys): Promise<string> {
  for (const key of (await pinnedKeys(keys)) ?? []) {
    if (key.getKeys().some((each) => each.getKeyID().toHex() === keyId)) return key.getFingerprint().toUpperCase()
  }
  throw new Error(`no pinned key has the id ${keyId}`)
}

async function pinnedKeys({ keyring, fingerprints }: PinnedKeys) {
  const bytes = await readFile(keyring).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  if (bytes.length > MAX_KEYRING_BYTES) throw badKeyring(keyring, `it has ${bytes.length} bytes`)
  const { readKeys } = await import('openpgp')
  const armored = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('-----BEGIN PGP')
  const read = armored ? readKeys({ armoredKeys: bytes.toString('utf8') }) : readKeys({ binaryKeys: bytes })
  const all = await read.catch((error: unknown) => {
    throw badKeyring(keyring, error instanceof Error ? error.message : String(error))
  })
  const wanted = new Set(fingerprints.map((fingerprint) => fingerprint.toUpperCase()))
  const pinned = all.filter((key) => wanted.has(key.getFingerprint().toUpperCase()))
  if (pinned.length > 0) return pinned
  throw badKeyring(keyring, `none of its ${all.length} keys has the fingerprint ${fingerprints.join(' or ')}`)
}

function badKeyring(keyring: string, evidence: string): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title: 'The keyring does not hold the key that is needed',
    evidence: `${keyring}: ${evidence}`,
    cause: 'It is damaged, older than the key, or not the keyring that it is taken for.',
    cure: { text: 'See which keys it has:', command: `gpg --show-keys ${keyring}` },
  })
}

function wrongSignature(subject: string, evidence: string): RefusedError {
  return new RefusedError({
    code: 'command-failed',
    title: `The signature of ${subject} is wrong`,
    evidence,
    cause: 'It was changed after it was signed, or signed by somebody else. Nothing of it is used.',
    cure: { text: 'Try again later. If it stays like this, tell the publisher.' },
  })
}
