import { crc32, deflateSync, inflateSync } from 'node:zlib'

import { expect, it } from 'vitest'

import { packPng } from '../../../build/pack-png.mjs'

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = [Buffer.alloc(4), Buffer.alloc(4)]
  ends[0]?.writeUInt32BE(data.length)
  ends[1]?.writeUInt32BE(crc32(body))
  return Buffer.concat([ends[0] ?? body, body, ends[1] ?? body])
}

/** A picture of 2 x 2 in RGB; each line begins with its filter. */
function png(lines: readonly (readonly number[])[], colourType = 2): Buffer {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, colourType, 0, 0, 0])
  const data = deflateSync(Buffer.from(lines.flat()))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

it('keeps every pixel of a picture with few colours, whatever filters its lines have', () => {
  // Red and green; below them, told as differences from above (2): red, and blue.
  const red = [255, 0, 0]
  const packed = packPng(
    png([
      [0, ...red, 0, 255, 0],
      [2, 0, 0, 0, 0, 1, 255],
    ]),
  )
  const paletteAt = packed.indexOf('PLTE') + 4
  const dataAt = packed.indexOf('IDAT') + 4
  const indexes = inflateSync(packed.subarray(dataAt, dataAt + packed.readUInt32BE(dataAt - 8)))
  const pixel = (at: number) => {
    const colour = paletteAt + (indexes[at] ?? 0) * 3
    return [...packed.subarray(colour, colour + 3)]
  }
  expect([1, 2, 4, 5].map(pixel)).toEqual([red, [0, 255, 0], red, [0, 0, 255]])
})

it('leaves a picture of another kind alone', () => {
  const grey = png(
    [
      [0, 1, 2],
      [0, 3, 4],
    ],
    0,
  )
  expect(packPng(grey)).toBe(grey)
})
