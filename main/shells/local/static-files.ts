import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** One file of the built window. */
export interface StaticFile {
  /** Absolute. */
  readonly path: string
  readonly contentType: string
  /** Its name changes with its content, so a browser may keep it. */
  readonly immutable: boolean
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** The built window by the paths that a browser asks for; `/` is the page. */
export interface StaticFiles {
  /** undefined: there is no such file. Rejects when the folder can no longer be read. */
  find(path: string): Promise<StaticFile | undefined>
}

/**
 * Serves from a list of the folder's files. What is not in the list is not there: no request path ever becomes a file
 * path, so none can lead out of the folder, and links are left out. The list is made again when something is missing,
 * because the window may have been built anew. Throws the file system's error when the folder cannot be read.
 */
export async function openStaticFiles(folder: string): Promise<StaticFiles> {
  let files = await listFiles(folder)
  return {
    find: async (path) => {
      if (!files.has(path)) files = await listFiles(folder)
      return files.get(path)
    },
  }
}

async function listFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  const add = async (path: string, url: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const below = { path: join(path, entry.name), url: `${url}/${encodeURIComponent(entry.name)}` }
      if (entry.isDirectory()) await add(below.path, below.url)
      else if (entry.isFile()) files.set(below.url, staticFile(below.path, below.url))
    }
  }
  await add(folder, '')
  const page = files.get('/index.html')
  if (page) files.set('/', page)
  return files
}

function staticFile(path: string, url: string): StaticFile {
  return {
    path,
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    // The bundler puts what it names by content here.
    immutable: url.startsWith('/assets/'),
  }
}
