import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { beforeAll, expect, it } from 'vitest'

import { buildScript } from '../../support/build-script.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let script = ''
beforeAll(async () => {
  const folder = await temporaryFolder()
  script = await buildScript('tests/soak/full-disk/on-a-small-disk.ts', folder.path)
})

it('a full disk refuses snapshots and clones or takes them back, and harms nothing', async () => {
  await using mount = await temporaryFolder()
  // A file system of this test's own, without root: mounts belong to a user namespace.
  const command = `mount -t tmpfs -o size=120m,mode=700 tmpfs "$1" && exec "$2" "$3" "$1"`
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', command, 'sh', mount.path, process.execPath, script],
    { timeout: 120_000 },
  )
  expect(JSON.parse(stdout)).toEqual({
    refusedBefore: 'no-space',
    disksAlone: 'done',
    failedInTheMiddle: 'no-space',
    stateAfter: 'running',
    listed: 2,
    clone: 'no-space',
    leftovers: [],
    afterRoom: 'done',
    contents: 'as written',
  })
})
