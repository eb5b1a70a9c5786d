import { expect, it } from 'vitest'

import type { ContainerHost } from '../../../../main/domain/container/container-host.ts'
import { type ContainerWish, decideContainer } from '../../../../main/domain/container/container-problems.ts'
import { isSecretFolder } from '../../../../main/domain/container/secret-folders.ts'

const host: ContainerHost = {
  architecture: 'amd64',
  kernel: [6, 12],
  userName: 'ada',
  uid: 1000,
  missingPrograms: [],
  idMap: { users: [{ inside: 0, outside: 1000, count: 1 }], groups: [{ inside: 0, outside: 1000, count: 1 }] },
  namespacesForbidden: undefined,
  ownBinfmtRefused: undefined,
  registrations: [],
  emulators: { armhf: '/usr/bin/qemu-arm-static' },
  natRefused: undefined,
  limitsRefused: undefined,
  limitsInScope: false,
  home: '/home/ada',
}
const wish: ContainerWish = {
  architecture: 'armhf',
  secretsConfirmed: false,
  init: 'small',
  binfmt: 'auto',
  network: 'auto',
  ports: [],
  mounts: [],
  limits: {},
}
const systemEntry = {
  name: 'qemu-arm',
  enabled: true,
  interpreter: '/usr/bin/qemu-arm-static',
  interpreterThere: true,
  flags: 'OPF',
  flagsExplained: [],
  magic: '7f454c4601010100000000000000000002002800',
  mask: 'ffffffffffffff00fffffffffffffffffeffffff',
}
const codes = (asked: Partial<ContainerWish>, facts: Partial<ContainerHost>) => {
  const { problems, route, network } = decideContainer({ ...wish, ...asked }, { ...host, ...facts })
  return { route, network, codes: problems.map(({ severity, code }) => `${severity}: ${code}`) }
}

it('chooses its own registration and a network of its own where all is well', () => {
  expect(codes({}, {})).toEqual({ route: 'own', network: 'nat', codes: [] })
  expect(codes({ architecture: 'i386' }, {})).toMatchObject({ route: 'native', codes: [] })
})

it('takes the system’s registration on an older kernel, and else names the emulator and says what that means', () => {
  const old = { kernel: [6, 1], ownBinfmtRefused: 'that needs Linux 6.7.' } as const
  expect(codes({}, { ...old, registrations: [systemEntry] })).toMatchObject({ route: 'system', codes: [] })
  expect(codes({}, { ...old, registrations: [{ ...systemEntry, flags: 'OP' }] })).toMatchObject({ route: 'explicit' })
  expect(codes({}, old)).toMatchObject({ route: 'explicit', codes: ['warning: explicit-emulator'] })
  expect(codes({ binfmt: 'own' }, old)).toMatchObject({ route: undefined, codes: ['error: own-route-refused'] })
  expect(codes({ binfmt: 'system' }, {})).toMatchObject({ route: undefined, codes: ['error: system-route-missing'] })
})

it('finds everything that is missing at once', () => {
  const bare = {
    missingPrograms: ['lxc-start', 'newuidmap'],
    idMap: undefined,
    namespacesForbidden: 'kernel.apparmor_restrict_unprivileged_userns is 1.',
    emulators: {},
  }
  expect(codes({}, bare).codes).toEqual([
    'error: programs-missing',
    'error: no-subordinate-ids',
    'error: user-namespaces-forbidden',
    'error: emulator-missing',
  ])
})

it.each([
  [
    'kernel.apparmor_restrict_unprivileged_userns is 1.',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  ['kernel.unprivileged_userns_clone is 0.', 'sudo sysctl -w kernel.unprivileged_userns_clone=1'],
  ['user.max_user_namespaces is 0.', 'sudo sysctl -w user.max_user_namespaces=15000'],
])('names the setting that forbids namespaces: %s', (namespacesForbidden, cure) => {
  const { problems } = decideContainer(wish, { ...host, namespacesForbidden, ownBinfmtRefused: namespacesForbidden })
  const found = problems.find(({ code }) => code === 'user-namespaces-forbidden')
  expect(found).toMatchObject({ severity: 'error', message: expect.stringContaining(namespacesForbidden), cure })
})

it('says when it shares the network, and refuses ports that cannot be', () => {
  expect(codes({}, { natRefused: 'no pasta.' })).toMatchObject({
    network: 'host',
    codes: ['warning: shares-host-network'],
  })
  expect(codes({ network: 'nat' }, { natRefused: 'no pasta.' }).codes).toEqual(['error: nat-unavailable'])
  const port = { protocol: 'tcp', hostPort: 80, containerPort: 80 } as const
  expect(codes({ network: 'none', ports: [port, port] }, {}).codes).toEqual([
    'error: ports-without-network',
    'error: privileged-port',
    'error: port-twice',
    'error: privileged-port',
  ])
})

it('asks before a secret folder is mounted, and never mounts over the kernel’s folders', () => {
  const mount = (hostPath: string, containerPath = '/mnt') => ({
    mounts: [{ hostPath, containerPath, readOnly: false }],
  })
  expect(codes(mount('/home/ada/.ssh'), {}).codes).toEqual(['error: secret-folder'])
  expect(codes({ ...mount('/home/ada/.ssh'), secretsConfirmed: true }, {}).codes).toEqual([])
  expect(codes(mount('/home/ada/src', '/proc/sys'), {}).codes).toEqual(['error: kernel-folder'])
  expect(codes(mount('relative'), {}).codes).toEqual(['error: not-absolute'])
})

it.each([
  ['/home/ada', true],
  ['/home/ada/', true],
  ['/home/ada/projects/../.gnupg', true],
  ['/', true],
  ['/etc', true],
  ['/root/x', true],
  ['/home/ada/projects', false],
  ['/srv/data', false],
])('%s is a secret folder: %s', (path, secret) => {
  expect(isSecretFolder(path, '/home/ada')).toBe(secret)
})

it('says that limits are not in force where no control group is ours', () => {
  expect(codes({ limits: { memoryMiB: 64 } }, { limitsRefused: 'version 1.' }).codes).toEqual([
    'warning: limits-not-in-force',
  ])
})
