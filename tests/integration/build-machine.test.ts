import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { buildPetri } from '../../build/build.mjs'

const run = promisify(execFile)
const cliFile = fileURLToPath(new URL('../../dist/main/cli.js', import.meta.url))

describe('making machines of images, with cloud-init and from templates', () => {
  let home = ''
  const petri = async (...args: readonly string[]) =>
    await new Promise<{ exitCode: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, PETRI_HOME: home, NO_COLOR: '1' }
      execFile(process.execPath, [cliFile, ...args], { env, timeout: 50_000 }, (error, out, err) => {
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err })
      })
    })
  const made = async (...args: readonly string[]): Promise<string> => {
    const { out, err } = await petri('create', ...args, '--memory', '128', '--json')
    if (out === '') throw new Error(err)
    return join(home, 'data/machines', String(JSON.parse(out).id))
  }

  beforeAll(async () => {
    await buildPetri({ ifNeeded: true, quiet: true })
    home = await mkdtemp(join(tmpdir(), 'petri-build-'))
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(home, 'base.qcow2'), '16M'])
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 1M 64k', join(home, 'base.qcow2')])
  }, 120_000)
  afterAll(async () => await rm(home, { recursive: true, force: true }))

  it('copies a disk, moves a disk, and leaves nothing behind when it must refuse', async () => {
    const base = join(home, 'base.qcow2')
    const copy = await made('copied', '--disk', base, '--import', 'copy')
    await run('qemu-img', ['compare', '-q', base, join(copy, 'disk0.qcow2')])
    await run('cp', [base, join(home, 'movable.qcow2')])
    const moved = await made('moved', '--disk', join(home, 'movable.qcow2'), '--import', 'move')
    await run('qemu-img', ['compare', '-q', base, join(moved, 'disk0.qcow2')])
    await expect(stat(join(home, 'movable.qcow2'))).rejects.toThrow('ENOENT')

    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', join(home, 'layer.qcow2')])
    const refused = await petri('create', 'refused', '--disk', join(home, 'layer.qcow2'), '--import', 'move')
    expect(refused).toMatchObject({ exitCode: 6, err: expect.stringContaining('needs another file') })
    expect((await stat(join(home, 'layer.qcow2'))).isFile()).toBe(true)
    expect((await readdir(join(home, 'data/machines'))).filter((name) => /refused|^\./.test(name))).toEqual([])
  })

  it('makes a qcow2 of a raw disk on the way, and not of what only claims to be one', async () => {
    const raw = join(home, 'raw.img')
    await run('qemu-img', ['convert', '-O', 'raw', join(home, 'base.qcow2'), raw])
    const disk = join(await made('converted', '--disk', raw, '--import', 'convert'), 'disk0.qcow2')
    await run('qemu-img', ['compare', '-q', '-f', 'raw', '-F', 'qcow2', raw, disk])
    const hidden = `${join(home, 'base.qcow2')},format=raw`
    const refused = await petri('create', 'hidden', '--disk', hidden, '--import', 'convert')
    expect(refused.exitCode).toBe(6)
  })

  it('makes a cloud-init CD, and the password is nowhere in it or beside it', async () => {
    await writeFile(join(home, 'password'), 'correct horse\n')
    await writeFile(join(home, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk me@host\n')
    const folder = await made(
      ...['cloudy', '--disk', join(home, 'base.qcow2'), '--import', 'copy', '--cloud-init-user', 'me'],
      ...['--cloud-init-password-file', join(home, 'password'), '--cloud-init-key', join(home, 'key.pub')],
      ...['--cloud-init-hostname', 'web', '--cloud-init-package', 'nginx'],
    )
    const seed = join(folder, 'seed.iso')
    expect((await stat(seed)).mode & 0o777).toBe(0o600)
    expect((await readdir(folder)).toSorted()).toEqual(['disk0.qcow2', 'machine.json', 'seed.iso'])
    const read = async (name: string) => {
      await run('xorriso', ['-osirrox', 'on', '-indev', seed, '-extract', `/${name}`, join(home, name)])
      return await readFile(join(home, name), 'utf8')
    }
    const userData = await read('user-data')
    expect(userData).toMatch(/^#cloud-config\nhostname: web\nusers:\n {2}- name: me\n/)
    const [, salt, hash] = /passwd: (?:")?\$6\$([^$]+)\$([^"\s]+)/.exec(userData) ?? []
    const { stdout } = await run('openssl', ['passwd', '-6', '-salt', salt ?? '', 'correct horse'])
    expect(stdout.trim()).toBe(`$6$${salt}$${hash}`)
    expect(await read('meta-data')).toMatch(/^instance-id: [0-9a-f-]{36}\nlocal-hostname: web\n$/)
    const grep = await run('grep', ['-r', 'correct horse', join(home, 'data'), join(home, 'state')]).catch(
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
    expect(grep).toBe(1)
  })

  it('marks a template, which does not start and is cloned', async () => {
    const folder = await made('pattern', '--disk', join(home, 'base.qcow2'), '--import', 'copy')
    expect((await petri('template', 'add', 'pattern')).exitCode).toBe(0)
    const refused = await petri('start', 'pattern')
    expect(refused).toMatchObject({ exitCode: 4, err: expect.stringContaining('is a template and cannot start') })
    expect(JSON.parse((await petri('template', 'list', '--json')).out)).toMatchObject([{ name: 'pattern' }])
    const clone = await petri('create', 'child', '--template', 'pattern', '--json')
    const child = join(home, 'data/machines', String(JSON.parse(clone.out).id))
    await run('qemu-img', ['compare', '-q', join(folder, 'disk0.qcow2'), join(child, 'disk0.qcow2')])
    expect(JSON.parse((await petri('show', 'child', '--json')).out).spec).toMatchObject({ template: false })
    expect((await petri('template', 'remove', 'pattern')).exitCode).toBe(0)
    expect(JSON.parse((await petri('template', 'list', '--json')).out)).toEqual([])
  })
})
