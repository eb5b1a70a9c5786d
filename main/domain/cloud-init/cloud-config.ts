import type { CloudInit } from '#contract/cloud-init'

/**
 * The two documents of a NoCloud seed as data. The password is set at the first start and must not be changed at once;
 * logging in with it over SSH is allowed, because the person gave one.
 */
export function cloudConfig(
  { user, passwordHash, sshKeys, hostname, packages }: Omit<CloudInit, 'password'>,
  instanceId: string,
): { readonly userData: object; readonly metaData: object } {
  return {
    userData: {
      ...(hostname === undefined ? {} : { hostname }),
      users: [
        {
          name: user,
          sudo: 'ALL=(ALL) NOPASSWD:ALL',
          shell: '/bin/bash',
          lock_passwd: passwordHash === undefined,
          ...(passwordHash === undefined ? {} : { passwd: passwordHash }),
          ...(sshKeys.length === 0 ? {} : { ssh_authorized_keys: sshKeys }),
        },
      ],
      ssh_pwauth: passwordHash !== undefined,
      ...(packages.length === 0 ? {} : { package_update: true, packages }),
    },
    metaData: {
      'instance-id': instanceId,
      ...(hostname === undefined ? {} : { 'local-hostname': hostname }),
    },
  }
}
