import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { containerSpecSchema } from '#contract/container'
import { type ContainerPlan, hookScripts, lxcConfig } from '../../main/domain/container/lxc-config.ts'

const folder = fileURLToPath(new URL('lxc', import.meta.url))

const spec = (change: object) =>
  containerSpecSchema.parse({
    version: 1,
    id: 'box',
    name: 'Box',
    createdAt: '2026-01-01T00:00:00.000Z',
    architecture: 'armhf',
    baseId: 'base-1',
    ...change,
  })
const plan = (change: Partial<ContainerPlan>): ContainerPlan => ({
  spec: spec({}),
  idMap: {
    users: [
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100_000, count: 65_536 },
    ],
    groups: [
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100_000, count: 65_536 },
    ],
  },
  route: 'own',
  emulator: '/usr/bin/qemu-arm-static',
  network: 'nat',
  layersFolder: '/data/layers',
  lower: ['base-1/fs'],
  upper: '../containers/box/upper',
  work: '../containers/box/work',
  root: '/data/containers/box/root',
  smallInit: '/cache/container-init',
  runFolder: '/run/box/shared',
  seccompProfile: '/usr/share/lxc/config/common.seccomp',
  cgroup: false,
  scope: false,
  consoleLog: '/state/box/console.log',
  ...change,
})

const cases: Readonly<Record<string, ContainerPlan>> = {
  'own-nat': plan({}),
  'native-none': plan({ spec: spec({ architecture: 'amd64' }), route: 'native', emulator: undefined, network: 'none' }),
  'system-host': plan({ route: 'system', network: 'host', seccompProfile: undefined }),
  'explicit-no-init': plan({ route: 'explicit', smallInit: undefined }),
  'layers-limits-mounts': plan({
    lower: ['layer-2/fs', 'layer-1/fs', 'base-1/fs'],
    cgroup: true,
    root: "/data/it's here/root",
    spec: spec({
      init: 'image',
      limits: { memoryMiB: 512, cpus: 1.5, pids: 100 },
      mounts: [
        { hostPath: '/home/ada/my files', containerPath: '/mnt/a\\b', readOnly: true },
        { hostPath: '/srv', containerPath: '/srv' },
      ],
    }),
  }),
}

it.each(Object.entries(cases))('%s', async (name, each) => {
  const hooks = { overlay: '/bin/sh /run/box/overlay.sh', register: '/bin/sh /run/box/register.sh' }
  const scripts = hookScripts(each)
  const text = `${lxcConfig(each, hooks)}\n# overlay.sh\n${scripts.overlay}\n# register.sh\n${scripts.register}`
  await expect(text).toMatchFileSnapshot(`${folder}/${name}.conf`)
})

it('has no golden file without a case, and writes no user’s text as a line of its own', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(cases).map((name) => `${name}.conf`).toSorted())
  const hostile = readFileSync(`${folder}/layers-limits-mounts.conf`, 'utf8')
  expect(hostile).toContain(String.raw`/home/ada/my\040files mnt/a\134b none rbind,ro,create=dir 0 0`)
})
