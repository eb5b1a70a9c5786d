import { describe, expect, it } from 'vitest'

import { cloudInitSchema } from '../../../../preload/contract/cloud-init.ts'
import { vmDraftSchema } from '../../../../preload/contract/vm-spec.ts'
import { cloudConfig } from '../../../../main/domain/cloud-init/cloud-config.ts'
import { withSeed } from '../../../../main/domain/cloud-init/with-seed.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk me@host'

describe('cloudConfig', () => {
  it('gives the user a hash and keys, the host a name, and asks for packages', () => {
    const wish = { user: 'me', passwordHash: '$6$salt$hash', sshKeys: [key], hostname: 'web', packages: ['nginx'] }
    expect(cloudConfig(wish, 'one')).toEqual({
      userData: {
        hostname: 'web',
        users: [
          {
            ...{ name: 'me', sudo: 'ALL=(ALL) NOPASSWD:ALL', shell: '/bin/bash' },
            ...{ lock_passwd: false, passwd: '$6$salt$hash', ssh_authorized_keys: [key] },
          },
        ],
        ssh_pwauth: true,
        package_update: true,
        packages: ['nginx'],
      },
      metaData: { 'instance-id': 'one', 'local-hostname': 'web' },
    })
  })

  it('locks the password where there is none', () => {
    const { userData } = cloudConfig({ user: 'me', sshKeys: [key], packages: [] }, 'one')
    expect(userData).toMatchObject({ users: [{ lock_passwd: true }], ssh_pwauth: false })
  })
})

describe('cloudInitSchema', () => {
  it.each([
    [{ user: 'me' }, 'nobody can log in'],
    [{ user: 'Me', password: 'x' }, 'a login has lower-case letters'],
    [{ user: 'me', sshKeys: ['ssh-rsa AAAA\nrunme'] }, 'must be one public SSH key'],
    [{ user: 'me', password: 'x', packages: ['a; rm -rf /'] }, 'must be a package'],
    [{ user: 'me', password: 'x', hostname: '-web' }, 'a host name has'],
  ])('refuses %j', (wish, words) => {
    const parsed = cloudInitSchema.safeParse(wish)
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(words)
  })
})

describe('withSeed', () => {
  const draft = (more: object) => vmDraftSchema.parse({ name: 'x', architecture: 'x86_64', memoryMiB: 256, ...more })

  it('adds the CD on a bus that the board has, beside other drives, and only once', () => {
    const taken = draft({ cdroms: [{ id: 'seed', path: '/a.iso', bus: 'sata' }] })
    expect(withSeed(taken).cdroms[1]).toEqual({ id: 'seed2', path: 'seed.iso', bus: 'sata' })
    expect(withSeed(draft({ machineType: 'pc' })).cdroms[0]?.bus).toBe('ide')
    expect(withSeed(draft({ architecture: 'aarch64' })).cdroms[0]?.bus).toBe('virtio-scsi')
    const seeded = withSeed(draft({}))
    expect(withSeed(seeded)).toEqual(seeded)
  })
})
