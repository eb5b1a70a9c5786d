import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { verifyClearsigned, verifyDetached } from '../../../../main/services/images/verify-signature.ts'
import { readAsWebStream } from '../../../../main/system/files/read-as-web-stream.ts'

let folder: string
let fingerprint: string
let detached: (bytes: Uint8Array, format: 'armored' | 'binary') => Promise<Uint8Array>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-keys-'))
  const made = await generateKey({ userIDs: [{ name: 'Publisher' }], format: 'armored', subkeys: [{ sign: true }] })
  const signingKeys = await readPrivateKey({ armoredKey: made.privateKey })
  fingerprint = signingKeys.getFingerprint()
  await writeFile(join(folder, 'keys.asc'), made.publicKey)
  detached = async (binary, format) => {
    const message = await createMessage({ binary })
    return format === 'armored'
      ? Buffer.from(await sign({ message, signingKeys, detached: true, format: 'armored' }))
      : await sign({ message, signingKeys, detached: true, format: 'binary' })
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const keys = () => ({ keyring: join(folder, 'keys.asc'), fingerprints: [fingerprint] })
const data = Buffer.from('the image')

describe('a detached signature', () => {
  it('is good by the pinned key, also when a subkey made it', async () => {
    for (const format of ['armored', 'binary'] as const) {
      const checked = await verifyDetached(data, await detached(data, format), keys(), 'x')
      expect(checked).toMatchObject({ kind: 'good', fingerprint: fingerprint.toUpperCase() })
    }
  })

  it('is checked over a file that is read piece by piece', async () => {
    const path = join(folder, 'image')
    const large = Buffer.alloc(3_000_000, 7)
    await writeFile(path, large)
    const signature = await detached(large, 'binary')
    expect(await verifyDetached(readAsWebStream(path), signature, keys(), 'x')).toMatchObject({ kind: 'good' })
    await writeFile(path, large.fill(8, 2_999_999))
    await expect(verifyDetached(readAsWebStream(path), signature, keys(), 'x')).rejects.toMatchObject({
      failure: { title: 'The signature of x is wrong' },
    })
  })

  it('is wrong over other data, and when it is no signature', async () => {
    const wrong = { failure: { title: 'The signature of x is wrong' } }
    await expect(
      verifyDetached(Buffer.from('other'), await detached(data, 'binary'), keys(), 'x'),
    ).rejects.toMatchObject(wrong)
    await expect(verifyDetached(data, Buffer.from('<html>'), keys(), 'x')).rejects.toMatchObject(wrong)
    await expect(verifyDetached(data, Buffer.alloc(0), keys(), 'x')).rejects.toMatchObject(wrong)
  })

  it('cannot be judged without the keyring, and is refused with one that lacks the key', async () => {
    const signature = await detached(data, 'binary')
    const missing = { ...keys(), keyring: join(folder, 'none.gpg') }
    expect(await verifyDetached(data, signature, missing, 'x')).toEqual({ kind: 'no-keyring' })
    await expect(
      verifyDetached(data, signature, { ...keys(), fingerprints: ['A'.repeat(40)] }, 'x'),
    ).rejects.toMatchObject({
      failure: { title: 'The keyring does not hold the key that is needed' },
    })
  })
})

it('text that is not signed at all is refused', async () => {
  await expect(verifyClearsigned('{}', keys(), 'x')).rejects.toMatchObject({
    failure: { title: 'The signature of x is wrong' },
  })
})
