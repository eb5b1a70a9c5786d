import type { PortForward, VmSpec } from '#contract/vm-spec'

import { applyLiveStep } from './live-step.ts'

/** A spec with one thing changed, or why there is no such thing to change. */
export type SpecEdit =
  | { readonly kind: 'edited'; readonly spec: VmSpec; readonly on: string }
  | { readonly kind: 'impossible'; readonly why: string; readonly cure: string }

/** Adds a forward to a card, by default to the first one with user networking. */
export function withForward(spec: VmSpec, network: string | undefined, forward: PortForward): SpecEdit {
  const card = spec.networks.find(({ id, backend }) =>
    network === undefined ? backend.kind === 'user' : id === network,
  )
  if (card?.backend.kind !== 'user')
    return {
      kind: 'impossible',
      why:
        network === undefined
          ? 'None of its network cards has user networking, which is what forwards ports.'
          : card
            ? `Its card “${network}” has no user networking, which is what forwards ports.`
            : `It has no network card “${network}”.`,
      cure: 'Connect a card to NAT first.',
    }
  return { kind: 'edited', spec: applyLiveStep(spec, { kind: 'add-forward', network: card.id, forward }), on: card.id }
}

/** Removes every forward of one port of the host. */
export function withoutForward(spec: VmSpec, key: Pick<PortForward, 'protocol' | 'hostPort'>): SpecEdit {
  const found = spec.networks.flatMap(({ id, backend }) =>
    backend.kind === 'user'
      ? backend.forwards
          .filter(({ protocol, hostPort }) => protocol === key.protocol && hostPort === key.hostPort)
          .map((forward) => ({ network: id, forward }))
      : [],
  )
  const [first] = found
  if (!first)
    return {
      kind: 'impossible',
      why: `It does not forward ${key.protocol}:${key.hostPort}.`,
      cure: 'See which ports it forwards.',
    }
  const edited = found.reduce<VmSpec>(
    (before, each) => applyLiveStep(before, { kind: 'remove-forward', ...each }),
    spec,
  )
  return { kind: 'edited', spec: edited, on: first.network }
}

/** Puts a disc into a drive: the one named, the only one, or the first empty one. */
export function withInsertedDisc(spec: VmSpec, drive: string | undefined, path: string): SpecEdit {
  const [only, second] = spec.cdroms
  const unnamed = second === undefined ? only : spec.cdroms.find((cdrom) => cdrom.path === null)
  const chosen = drive === undefined ? unnamed : spec.cdroms.find(({ id }) => id === drive)
  if (!chosen) return noDrive(spec, drive, 'Every drive holds a disc: name the one that is to take this disc.')
  return { kind: 'edited', spec: applyLiveStep(spec, { kind: 'insert-disc', drive: chosen.id, path }), on: chosen.id }
}

/** Takes the disc out of a drive: the one named, or the only one that holds a disc. */
export function withEjectedDisc(spec: VmSpec, drive: string | undefined): SpecEdit {
  const full = spec.cdroms.filter(({ path }) => path !== null)
  const chosen = drive === undefined ? full[0] : spec.cdroms.find(({ id }) => id === drive)
  if (!chosen || (drive === undefined && full.length > 1))
    return noDrive(spec, drive, chosen ? 'Several drives hold a disc: name one.' : 'No drive holds a disc.')
  return { kind: 'edited', spec: applyLiveStep(spec, { kind: 'eject-disc', drive: chosen.id }), on: chosen.id }
}

function noDrive(spec: VmSpec, drive: string | undefined, otherwise: string): SpecEdit {
  const names = spec.cdroms.map(({ id }) => id).join(', ')
  if (spec.cdroms.length === 0)
    return { kind: 'impossible', why: 'It has no CD drive.', cure: 'Add a CD drive while the machine is off.' }
  return {
    kind: 'impossible',
    why: drive === undefined ? otherwise : `It has no CD drive “${drive}”.`,
    cure: `Its drives are: ${names}.`,
  }
}

/** No longer shares the folder of this name. */
export function withoutShare(spec: VmSpec, name: string): SpecEdit {
  if (!spec.sharedFolders.some(({ id }) => id === name))
    return {
      kind: 'impossible',
      why: `It shares no folder “${name}”.`,
      cure: `It shares: ${spec.sharedFolders.map(({ id }) => id).join(', ') || 'none'}.`,
    }
  return {
    kind: 'edited',
    spec: { ...spec, sharedFolders: spec.sharedFolders.filter(({ id }) => id !== name) },
    on: name,
  }
}
