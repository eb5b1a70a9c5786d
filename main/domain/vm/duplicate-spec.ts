import type { VmSpec } from '#contract/vm-spec'

/** What makes the copy a machine of its own; the caller has made each of them unique. */
export interface DuplicateIdentity {
  readonly id: string
  readonly uuid: string
  readonly name: string
  readonly createdAt: string
}

/**
 * The spec of a copy, which is a machine even where the original is a template. Addresses of network cards are cleared, so that they are derived anew and both machines can be
 * on one network. Port forwards stay: they clash only while both run, and then the start says so. Paths stay as well:
 * relative ones lie in the machine's folder, whose files the caller copies.
 */
export function duplicateSpec(spec: VmSpec, identity: DuplicateIdentity): VmSpec {
  return {
    ...spec,
    ...identity,
    template: false,
    networks: spec.networks.map(({ backend, id, model }) => ({ id, model, backend })),
  }
}
