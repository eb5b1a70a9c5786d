import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import { error, warning } from './make-problem.ts'

/** Ids and addresses that have to be unique within a machine. */
export function identityProblems(spec: VmSpec): readonly Problem[] {
  return [
    ...duplicateIds('disks', spec.disks),
    ...duplicateIds('cdroms', spec.cdroms),
    ...duplicateIds('networks', spec.networks),
    ...duplicateIds('sharedFolders', spec.sharedFolders),
    ...macProblems(spec),
  ]
}

function duplicateIds(field: string, items: readonly { readonly id: string }[]): readonly Problem[] {
  return items.flatMap(({ id }, index) => {
    const first = items.findIndex((item) => item.id === id)
    return first === index
      ? []
      : [
          error(
            `${field}[${index}].id`,
            'id-twice',
            `The id "${id}" is taken by ${field}[${first}].`,
            'Give it another id.',
          ),
        ]
  })
}

function macProblems({ networks }: VmSpec): readonly Problem[] {
  return networks.flatMap(({ mac }, index) => {
    if (mac === undefined) return []
    const field = `networks[${index}].mac`
    const first = networks.findIndex((network) => network.mac === mac)
    const isMulticast = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
    return [
      ...(first === index
        ? []
        : [
            warning(
              field,
              'mac-twice',
              `The address ${mac} is that of networks[${first}] too.`,
              'Leave one of them out.',
            ),
          ]),
      ...(isMulticast
        ? [
            error(
              field,
              'mac-multicast',
              `${mac} is a group address (its first byte is odd), which no card may have.`,
              'Begin it with 52:54:00, or leave it out.',
            ),
          ]
        : []),
    ]
  })
}
