/**
 * `npm run check`: format, lint (with the layers and the 400-line rule), types, dead code, unit tests.
 *
 * Prints what failed and a summary; exit code 1 when anything did. `npm run check -- lint types` runs those stages alone.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const STAGE_LIMIT_MS = 10 * 60 * 1000

/**
 * @typedef {object} Task
 * @property {string} stage
 * @property {string} label what is shown when it fails
 * @property {readonly string[]} command a program of node_modules/.bin and its arguments
 */

/** @returns {Task[]} longest first, so that the short ones fill the gaps */
function tasks() {
  return [
    task('unit', ['vitest', 'run', '-c', 'build/vitest.config.ts', '--project', 'unit', '--reporter=dot']),
    task('lint', ['oxlint', '--deny-warnings']),
    ...typeProjects().map((project) => task('types', ['tsc', '-p', project])),
    task('dead code', ['knip', '--config', 'build/knip.json', '--no-progress']),
    task('format', ['oxfmt', '--check']),
  ]
}

/** Every folder with a tsconfig.json: one per layer. */
function typeProjects() {
  return ['main', 'preload', 'renderer', 'tests', 'build']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.name === 'tsconfig.json')
        .map((entry) => entry.parentPath.slice(root.length)),
    )
    .toSorted()
}

/** @param {string} stage @param {readonly string[]} command @returns {Task} */
function task(stage, command) {
  return { stage, label: command.join(' '), command }
}

/** @param {Task} task @returns {Promise<{ task: Task, ok: boolean, output: string, seconds: number }>} */
function run(task) {
  const startedMs = Date.now()
  const [program = '', ...args] = task.command
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', program), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: STAGE_LIMIT_MS,
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    })
    let output = ''
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    /** @param {boolean} ok */
    const finish = (ok) => resolve({ task, ok, output, seconds: (Date.now() - startedMs) / 1000 })
    child.on('error', (error) => {
      output += error.message
      finish(false)
    })
    child.on('close', (code) => finish(code === 0))
  })
}

const wanted = process.argv.slice(2)
const queue = tasks().filter(({ stage }) => wanted.length === 0 || wanted.includes(stage))
const startedMs = Date.now()
/** @type {Map<string, { seconds: number, failed: number }>} */
const stages = new Map()

async function work() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { task: done, ok, output, seconds } = await run(next)
    const stage = stages.get(done.stage) ?? { seconds: 0, failed: 0 }
    stages.set(done.stage, { seconds: stage.seconds + seconds, failed: stage.failed + (ok ? 0 : 1) })
    if (!ok) process.stdout.write(`\n── ${done.stage}: ${done.label}\n${output.trim()}\n`)
  }
}
await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, work))

const failed = [...stages].filter(([, stage]) => stage.failed > 0)
process.stdout.write(failed.length > 0 ? '\n' : '')
for (const [name, stage] of stages) {
  process.stdout.write(`${stage.failed > 0 ? 'FAILED' : 'ok    '}  ${name.padEnd(10)} ${stage.seconds.toFixed(1)} s\n`)
}
process.stdout.write(`check: ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`)
process.exitCode = failed.length > 0 || stages.size === 0 ? 1 : 0
