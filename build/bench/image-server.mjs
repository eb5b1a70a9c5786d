/**
 * The other side of the measure `image-download`, in a process of its own: an https server with one file of random
 * bytes behind a boot sector. Arguments: PEM files of key and certificate, size in bytes. Prints `{ port, sha256 }`.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const [key = '', cert = '', size = ''] = process.argv.slice(2)
const bytes = Buffer.concat([Buffer.alloc(512), randomBytes(Number(size) - 512)])
bytes.writeUInt16LE(0xaa55, 510)

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
  response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' })
  response.end(bytes)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  process.stdout.write(`${JSON.stringify({ port, sha256: createHash('sha256').update(bytes).digest('hex') })}\n`)
})
