import type { Problem } from '#contract/problem'
import type { Disk, Network, VmSpec } from '#contract/vm-spec'

import { defaultMachineType, type MachineProfile, machineProfile } from '../machine-profile.ts'
import { error } from '../problems/make-problem.ts'
import { differingFields } from './differing-fields.ts'
import { applyLiveStep, describingFields, type LiveStep, sameForward } from './live-step.ts'

export interface LivePlan {
  /** What to do, in order: what frees a port, a drive or a slot comes before what may want it. */
  readonly steps: readonly LiveStep[]
  /** What cannot change while the machine runs, one problem per field. Nothing is done when there is any. */
  readonly problems: readonly Problem[]
}

/**
 * How a running machine with the spec `stored` becomes `wanted`. Every difference is either a step or a problem:
 * whatever the steps leave different can only change while the machine is off.
 */
export function planLiveChanges(stored: VmSpec, wanted: VmSpec): LivePlan {
  const steps = [...describe(stored, wanted), ...removals(stored, wanted), ...additions(stored, wanted)]
  const reached = steps.reduce(applyLiveStep, stored)
  const profile = machineProfile(stored.architecture, stored.machineType ?? defaultMachineType(stored.architecture))
  return {
    steps,
    problems: [
      ...differingFields(reached, wanted).map(needsOff),
      ...steps.flatMap((step) => placeProblems(step, stored, wanted, profile)),
    ],
  }
}

function describe(stored: VmSpec, wanted: VmSpec): readonly LiveStep[] {
  const differs = describingFields.some((field) => differingFields(stored[field], wanted[field]).length > 0)
  const { name, notes, tags, autostart } = wanted
  return differs ? [{ kind: 'describe', values: { name, notes, tags, autostart } }] : []
}

function removals(stored: VmSpec, wanted: VmSpec): readonly LiveStep[] {
  return [
    ...forwardsOf(stored)
      .filter(({ network, forward }) => hasCard(wanted, network) && !hasForward(wanted, network, forward))
      .map(({ network, forward }) => ({ kind: 'remove-forward', network, forward }) as const),
    ...stored.cdroms
      .filter(({ id, path }) => path !== null && wanted.cdroms.find((other) => other.id === id)?.path === null)
      .map(({ id }) => ({ kind: 'eject-disc', drive: id }) as const),
    ...stored.disks
      .filter(({ id }) => !wanted.disks.some((disk) => disk.id === id))
      .map(({ id }) => ({ kind: 'remove-disk', disk: id }) as const),
    ...stored.networks
      .filter(({ id }) => !hasCard(wanted, id))
      .map(({ id }) => ({ kind: 'remove-card', network: id }) as const),
  ]
}

function additions(stored: VmSpec, wanted: VmSpec): readonly LiveStep[] {
  return [
    ...wanted.disks
      .filter(({ id }) => !stored.disks.some((disk) => disk.id === id))
      .map((disk) => ({ kind: 'add-disk', disk }) as const),
    ...wanted.networks
      .filter(({ id }) => !hasCard(stored, id))
      .map((network) => ({ kind: 'add-card', network }) as const),
    ...wanted.cdroms.flatMap(({ id, path }) => {
      const before = stored.cdroms.find((cdrom) => cdrom.id === id)
      return before === undefined || path === null || before.path === path
        ? []
        : [{ kind: 'insert-disc', drive: id, path } as const]
    }),
    ...forwardsOf(wanted)
      .filter(({ network, forward }) => hasCard(stored, network) && !hasForward(stored, network, forward))
      .map(({ network, forward }) => ({ kind: 'add-forward', network, forward }) as const),
    ...(stored.memoryTargetMiB === wanted.memoryTargetMiB
      ? []
      : [{ kind: 'set-memory', memoryTargetMiB: wanted.memoryTargetMiB } as const]),
  ]
}

function forwardsOf({ networks }: VmSpec) {
  return networks.flatMap(({ id, backend }) =>
    backend.kind === 'user' ? backend.forwards.map((forward) => ({ network: id, forward })) : [],
  )
}

const hasCard = (spec: VmSpec, id: string) => spec.networks.some((network) => network.id === id)

function hasForward(spec: VmSpec, network: string, forward: ReturnType<typeof forwardsOf>[number]['forward']) {
  return forwardsOf(spec).some((other) => other.network === network && sameForward(other.forward, forward))
}

/** Devices for which a running machine has no place. */
function placeProblems(
  step: LiveStep,
  stored: VmSpec,
  wanted: VmSpec,
  profile: MachineProfile | undefined,
): readonly Problem[] {
  if (step.kind === 'add-disk') {
    const field = `disks[${wanted.disks.findIndex(({ id }) => id === step.disk.id)}].bus`
    return diskFits(step.disk, stored, profile) ? [] : [noPlace(field, `A disk on the bus ${step.disk.bus}`)]
  }
  if (step.kind === 'add-card') {
    const field = `networks[${wanted.networks.findIndex(({ id }) => id === step.network.id)}]`
    if (!cardFits(step.network, profile))
      return [noPlace(`${field}.model`, `A network card of the model ${step.network.model}`)]
    return reachesOut(step.network) && !stored.networks.some(reachesOut)
      ? [
          error(
            `${field}.backend`,
            'needs-off',
            'The machine was started in a sandbox without any network, as none of its cards leads anywhere.',
            'Shut it down and add the card then.',
          ),
        ]
      : []
  }
  return []
}

/** Boards without PCI take nothing while they run; IDE and SATA were never made for it. */
function diskFits({ bus }: Disk, stored: VmSpec, profile: MachineProfile | undefined): boolean {
  if (profile === undefined || profile.virtio === 'device') return false
  if (bus === 'virtio') return true
  if (bus === 'nvme') return profile.virtio === 'pci'
  return bus === 'virtio-scsi' && [...stored.disks, ...stored.cdroms].some((drive) => drive.bus === 'virtio-scsi')
}

function cardFits({ model, backend }: Network, profile: MachineProfile | undefined): boolean {
  if (profile === undefined || profile.virtio === 'device' || model === 'usb-net') return false
  return backend.kind === 'user' || backend.kind === 'none'
}

const reachesOut = ({ backend }: Network) => backend.kind === 'user'

const needsOff = (field: string): Problem =>
  error(field, 'needs-off', 'This can change only while the machine is off.', 'Shut it down first.')

const noPlace = (field: string, what: string): Problem =>
  error(field, 'needs-off', `${what} cannot be plugged into this machine while it runs.`, 'Shut it down first.')
