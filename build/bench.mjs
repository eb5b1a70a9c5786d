/**
 * `npm run bench [-- name ...]`: runs the measures in build/bench, one after the other, all or the named ones; a name is
 * a measure's own or its first word (`disk` runs `disk-convert`, `disk-inspect`, …).
 *
 * A measure is a module `build/bench/<name>.ts` that prints its figures through `printMeasure` of measure.ts, one JSON
 * line each: `{ name, value, unit, baseline, ratio }`. They are bundled to dist/bench first. What is not such a line goes to
 * standard error, so that standard output holds the figures alone.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { buildPetri } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'build/bench')
const output = join(root, 'dist/bench')

const wanted = process.argv.slice(2)
const all = readdirSync(folder).filter((file) => file.endsWith('.ts') && isMeasure(file))
const files = all.filter((file) => wanted.length === 0 || wanted.some((name) => isCalled(file, name))).toSorted()
const unknown = wanted.filter((name) => !all.some((file) => isCalled(file, name)))
if (unknown.length > 0 || files.length === 0) {
  const known = all.map((file) => parse(file).name).join(', ') || 'none'
  process.stderr.write(`bench: no measure called ${unknown.join(', ') || 'anything'}; there are: ${known}\n`)
  process.exit(2)
}

await buildPetri({ ifNeeded: true, quiet: true })
await bundle(files)

let stopped = false
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => (stopped = true))
for (const file of files) {
  if (stopped) break
  const module = join(output, `${parse(file).name}.js`)
  process.stderr.write(`bench: ${parse(file).name}\n`)
  if ((await runMeasure(module)) !== 0 && !stopped) {
    process.stderr.write(`bench: ${parse(file).name} failed\n`)
    process.exitCode = 1
  }
}
if (stopped) process.exitCode = 1

/** @param {string} file @param {string} name */
function isCalled(file, name) {
  const measure = parse(file).name
  return measure === name || measure.startsWith(`${name}-`)
}

/** The other files of the folder are parts of measures. @param {string} file */
function isMeasure(file) {
  return readFileSync(join(folder, file), 'utf8').includes("from './measure.ts'")
}

/** @param {readonly string[]} names files in build/bench */
async function bundle(names) {
  const { build } = await import('vite')
  mkdirSync(output, { recursive: true })
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ssr: { target: 'node', noExternal: true, external: ['electron', 'node-pty', 'playwright', 'vite'] },
    build: {
      ssr: true,
      outDir: output,
      emptyOutDir: true,
      target: 'node20',
      sourcemap: 'inline',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [parse(name).name, join(folder, name)])),
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  })
}

/** @param {string} module @returns {Promise<number>} */
function runMeasure(module) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--expose-gc', module], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    const stop = () => child.kill('SIGTERM')
    process.on('SIGINT', stop).on('SIGTERM', stop)
    createInterface({ input: child.stdout }).on('line', (line) => {
      ;(isFigure(line) ? process.stdout : process.stderr).write(`${line}\n`)
    })
    child.on('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve(code ?? 1)
    })
  })
}

/** @param {string} line */
function isFigure(line) {
  try {
    const figure = JSON.parse(line)
    return typeof figure === 'object' && figure !== null && 'name' in figure && 'value' in figure
  } catch {
    return false
  }
}
