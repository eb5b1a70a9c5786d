import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE_BYTES = 8
const BYTES_PER_PIXEL = 3
const MAX_COLOURS = 256

/**
 * The same picture in a third of the bytes: its 256 commonest colours as a palette, every other one as the nearest of
 * them, which nobody sees in a picture of flat areas and text. For 8-bit RGB without alpha, as Chromium makes pictures;
 * others are returned as they are.
 *
 * @param {Buffer} png
 * @returns {Buffer}
 */
export function packPng(png) {
  const chunks = chunksOf(png)
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header === undefined || header.readUInt32BE(8) !== 0x08_02_00_00) return png
  const data = inflateSync(Buffer.concat(chunks.filter((each) => each.type === 'IDAT').map((each) => each.data)))
  const lines = linesOf(data, header.readUInt32BE(0) * BYTES_PER_PIXEL, header.readUInt32BE(4))
  const { palette, indexOf } = paletteOf(lines)
  const packed = lines.map((line) => {
    const out = Buffer.alloc(line.length / BYTES_PER_PIXEL + 1)
    for (let x = 1; x < out.length; x++) out[x] = indexOf(line.readUIntBE((x - 1) * BYTES_PER_PIXEL, BYTES_PER_PIXEL))
    return out
  })
  const indexed = Buffer.from(header)
  indexed[9] = 3
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', indexed),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(Buffer.concat(packed), { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** @param {readonly Buffer[]} lines */
function paletteOf(lines) {
  /** @type {Map<number, number>} */
  const counts = new Map()
  for (const line of lines)
    for (let at = 0; at < line.length; at += BYTES_PER_PIXEL) {
      const colour = line.readUIntBE(at, BYTES_PER_PIXEL)
      counts.set(colour, (counts.get(colour) ?? 0) + 1)
    }
  const commonest = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, MAX_COLOURS)
  const colours = commonest.map(([colour]) => colour)
  const palette = Buffer.alloc(colours.length * BYTES_PER_PIXEL)
  for (const [index, colour] of colours.entries()) palette.writeUIntBE(colour, index * BYTES_PER_PIXEL, BYTES_PER_PIXEL)
  const known = new Map(colours.map((colour, index) => [colour, index]))
  /** @param {number} colour */
  const indexOf = (colour) => {
    const index = known.get(colour) ?? nearest(colour, colours)
    known.set(colour, index)
    return index
  }
  return { palette, indexOf }
}

/**
 * @param {number} colour
 * @param {readonly number[]} colours
 */
function nearest(colour, colours) {
  let best = 0
  let least = Infinity
  for (const [index, other] of colours.entries()) {
    let distance = 0
    for (const shift of [0, 8, 16]) distance += (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

/**
 * The picture's lines as they are before PNG's filters.
 *
 * @param {Buffer} data
 * @param {number} lineBytes
 * @param {number} height
 */
function linesOf(data, lineBytes, height) {
  /** @type {Buffer[]} */
  const lines = []
  for (let y = 0; y < height; y++) {
    const start = y * (lineBytes + 1)
    const above = lines[y - 1] ?? Buffer.alloc(lineBytes)
    lines.push(unfilter(data[start] ?? 0, data.subarray(start + 1, start + 1 + lineBytes), above))
  }
  return lines
}

/** @param {Buffer} png */
function chunksOf(png) {
  const found = []
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at)
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return found
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/**
 * @param {number} filter
 * @param {Buffer} line
 * @param {Buffer} above
 */
function unfilter(filter, line, above) {
  const out = Buffer.alloc(line.length)
  for (let i = 0; i < line.length; i++) out[i] = (line[i] ?? 0) + guess(filter, out, above, i)
  return out
}

/**
 * What a filter takes a byte for.
 *
 * @param {number} filter
 * @param {Buffer} line
 * @param {Buffer} above
 * @param {number} i
 */
function guess(filter, line, above, i) {
  const left = line[i - BYTES_PER_PIXEL] ?? 0
  const up = above[i] ?? 0
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const corner = above[i - BYTES_PER_PIXEL] ?? 0
      const [toLeft, toUp, toCorner] = [
        Math.abs(up - corner),
        Math.abs(left - corner),
        Math.abs(left + up - 2 * corner),
      ]
      return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    }
    default:
      return 0
  }
}
