import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { decodeWireBytes, encodeWireBytes, type WireBytes } from '../../../../preload/contract/wire.ts'

const channel = fc.integer({ min: 0, max: 0xffff_ffff })
const bytes = fc.uint8Array({ maxLength: 300 })
const message: fc.Arbitrary<WireBytes> = fc.oneof(
  fc.record({ kind: fc.constant('data' as const), channel, replay: fc.boolean(), bytes }),
  fc.record({ kind: fc.constantFrom('write' as const, 'reply' as const), channel, bytes }),
  fc.record({ kind: fc.constant('ack' as const), channel, bytes: channel }),
)

function isAck(encoded: Uint8Array): boolean {
  return encoded[4] === 5 && encoded.byteLength === 9
}

describe('binary messages of the wire', () => {
  it('come out as they went in, also from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 0, max: 9 }), (sent, offset) => {
        const encoded = encodeWireBytes(sent)
        const within = new Uint8Array(encoded.byteLength + offset)
        within.set(encoded, offset)
        expect(decodeWireBytes(within.subarray(offset))).toEqual(sent)
      }),
    )
  })

  it('are not read from anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (any) => {
        const read = decodeWireBytes(any)
        const isMessage = any.byteLength >= 5 && (any[4] ?? 0) >= 1 && ((any[4] ?? 0) <= 4 || isAck(any))
        expect(read && encodeWireBytes(read)).toEqual(isMessage ? any : undefined)
      }),
    )
  })
})
