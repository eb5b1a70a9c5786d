import type { IsoVolume } from './iso-volume.ts'
import { architectureIn, architectureOf, type KnownOs, type Resources } from './known-os.ts'

/** How the installers of one system are told by their volume name, seen on the publishers' own images. */
interface Rule {
  readonly id: string
  readonly name: string
  readonly family: KnownOs['family']
  /** Groups `version` and `arch` where the name holds them. */
  readonly volumeId: RegExp
  readonly publisherId?: RegExp
  readonly recommended: Resources
  readonly needsUefi?: boolean
}

const server: Resources = { memoryMiB: 2048, cpus: 2, diskGiB: 20 }
const desktop: Resources = { memoryMiB: 4096, cpus: 2, diskGiB: 25 }
const small: Resources = { memoryMiB: 512, cpus: 1, diskGiB: 8 }
const windows: Resources = { memoryMiB: 4096, cpus: 2, diskGiB: 64 }

/** The first that fits counts: the particular stand before the general. */
const rules: readonly Rule[] = [
  linux('debian', 'Debian', /^Debian (?:GNU\/Linux )?(?<version>\d+)(?:\.\d+)* (?<arch>\w+)/i, server),
  linux('debian-live', 'Debian live', /^d-live (?<version>\d+)/i, desktop),
  linux('debian-testing', 'Debian testing', /^Debian testing (?<arch>\w+)/i, server),
  linux('ubuntu', 'Ubuntu', /^Ubuntu-Server (?<version>\d+\.\d+)\S*(?: LTS)? (?<arch>\w+)/i, {
    ...server,
    diskGiB: 25,
  }),
  linux('ubuntu', 'Ubuntu', /^Ubuntu (?<version>\d+\.\d+)\S*(?: LTS)? (?<arch>\w+)/i, desktop),
  linux('kubuntu', 'Kubuntu', /^Kubuntu (?<version>\d+\.\d+)\S*/i, desktop),
  linux('xubuntu', 'Xubuntu', /^Xubuntu (?<version>\d+\.\d+)\S*/i, desktop),
  linux('lubuntu', 'Lubuntu', /^Lubuntu (?<version>\d+\.\d+)\S*/i, desktop),
  linux('linuxmint', 'Linux Mint', /^Linux ?Mint (?<version>\d+(?:\.\d+)?)/i, desktop),
  linux('lmde', 'Linux Mint Debian Edition', /^LMDE (?<version>\d+)/i, desktop),
  linux('pop', 'Pop!_OS', /^Pop[_!]*OS (?<version>\d+\.\d+)/i, desktop),
  linux('elementary', 'elementary OS', /^elementary OS (?<version>\d+(?:\.\d+)?)/i, desktop),
  linux('zorin', 'Zorin OS', /^Zorin OS (?<version>\d+)/i, desktop),
  linux('kali', 'Kali Linux', /^Kali[ -](?:Linux|Live)?\D*(?<version>\d{4}\.\d)?/i, { ...desktop, memoryMiB: 2048 }),
  linux('tails', 'Tails', /^TAILS (?<version>\d+(?:\.\d+)?)/i, desktop),
  linux('devuan', 'Devuan', /^Devuan\D*(?<version>\d+(?:\.\d+)?)?/i, server),
  linux('proxmox', 'Proxmox VE', /^PVE(?:\b|_)(?:\D*(?<version>\d+(?:\.\d+)?))?/, {
    memoryMiB: 4096,
    cpus: 2,
    diskGiB: 40,
  }),
  linux('fedora', 'Fedora', /^Fedora-(?:WS|KDE|Workstation|Xfce|LXQt|Cinn)\S*?-(?<version>\d{2})(?:-|$)/i, desktop),
  linux('fedora', 'Fedora', /^Fedora-\S*?-(?<version>\d{2})(?:-|$)/i, server),
  linux('centos-stream', 'CentOS Stream', /^CentOS-Stream-(?<version>\d+)/i, server),
  linux('centos', 'CentOS', /^CentOS[ -](?<version>\d+)/i, server),
  linux('almalinux', 'AlmaLinux', /^AlmaLinux-(?<version>\d+(?:[.-]\d+)?)/i, server),
  linux('rocky', 'Rocky Linux', /^Rocky-(?<version>\d+(?:[.-]\d+)?)/i, server),
  linux('rhel', 'Red Hat Enterprise Linux', /^RHEL-(?<version>\d+(?:[.-]\d+)?)/i, server),
  linux('ol', 'Oracle Linux', /^OL-(?<version>\d+(?:[.-]\d+)?)/i, server),
  linux('opensuse', 'openSUSE Leap', /^openSUSE-Leap-(?<version>\d+\.\d+)/i, server),
  linux('opensuse-tumbleweed', 'openSUSE Tumbleweed', /^openSUSE-Tumbleweed/i, server),
  linux('sles', 'SUSE Linux Enterprise', /^SLES?-?(?<version>\d+)/i, server),
  linux('mageia', 'Mageia', /^Mageia-(?<version>\d+)/i, desktop),
  linux('arch', 'Arch Linux', /^ARCH_(?<version>\d{6})/i, server),
  linux('manjaro', 'Manjaro', /^MANJARO\D*(?<version>\d+)?/i, desktop),
  linux('endeavouros', 'EndeavourOS', /^EOS_(?<version>\d+)?/i, desktop),
  linux('alpine', 'Alpine Linux', /^alpine-\S+ v?(?<version>\d+\.\d+)\S*/i, small),
  linux('nixos', 'NixOS', /^nixos-(?:[a-z]+-)?(?<version>\d+\.\d+)/i, server),
  linux('guix', 'Guix System', /^GUIX/i, server),
  linux('gentoo', 'Gentoo', /^gentoo/i, server),
  linux('void', 'Void Linux', /^VOID_LIVE/i, server),
  linux('slackware', 'Slackware', /^Slack(?:ware|DVD)\D*(?<version>\d+\.\d+)?/i, server),
  bsd('freebsd', 'FreeBSD', /^(?<version>\d+_\d+)_RELEASE_(?<arch>[A-Z0-9]+)/i),
  bsd('freebsd', 'FreeBSD', /^FreeBSD\D*(?<version>\d+\.\d+)?/i),
  bsd('openbsd', 'OpenBSD', /^OpenBSD[/ ](?<arch>\w+)\s+(?<version>\d+\.\d+)/i),
  bsd('netbsd', 'NetBSD', /^NetBSD\D*(?<version>\d+\.\d+)?/i),
  {
    ...{ id: 'windows-server', name: 'Microsoft Windows Server', family: 'windows' as const, needsUefi: true },
    ...{ volumeId: /^SSS_(?<arch>\w+?)_/i, recommended: windows },
  },
  {
    // The volume name of Windows 10 and 11 is the same; what suits 11 runs 10 as well.
    ...{ id: 'win11', name: 'Microsoft Windows 10 or 11', family: 'windows' as const, needsUefi: true },
    ...{ volumeId: /^(?:J_)?(?:C?CCOMA|CCSN?A|CPBA|CENA|CPRA)_(?<arch>[AX]64)FREE?_/i, recommended: windows },
  },
  {
    ...{ id: 'windows', name: 'Microsoft Windows', family: 'windows' as const },
    ...{ volumeId: /./, publisherId: /MICROSOFT CORP/i, recommended: windows },
  },
]

/** Tells a medium by the table that comes with Petri: what osinfo-db does not know, or a host without it. */
export function knownBuiltIn(volume: IsoVolume): KnownOs | undefined {
  for (const rule of rules) {
    const match = rule.volumeId.exec(volume.volumeId)
    if (!match || (rule.publisherId && !rule.publisherId.test(volume.publisherId))) continue
    const version = (match.groups?.['version'] ?? '').replaceAll(/[_-]/g, '.')
    const word = match.groups?.['arch']
    return {
      id: `${rule.id}${version}`,
      name: version === '' ? rule.name : `${rule.name} ${version}`,
      version,
      family: rule.family,
      architecture: (word === undefined ? undefined : architectureOf(word)) ?? architectureIn(volume.volumeId),
      knownBy: 'built-in',
      recommended: rule.recommended,
      needsUefi: rule.needsUefi ?? false,
    }
  }
  return undefined
}

function linux(id: string, name: string, volumeId: RegExp, recommended: Resources): Rule {
  return { id, name, family: 'linux', volumeId, recommended }
}

function bsd(id: string, name: string, volumeId: RegExp): Rule {
  return { id, name, family: 'bsd', volumeId, recommended: server }
}
