import { type OvfDisk, OvfError, type OvfMachine } from './ovf-machine.ts'
import { busNote, busOf, networkModelOf, type OvfBus, otherResources, resourceTypes, unitBytes } from './ovf-words.ts'
import { isBareName } from './vmdk-facts.ts'

/** A parsed XML element without its name: attributes begin with `@`, text is `#text`, a single child is no list. */
type Element = Readonly<Record<string, unknown>>

/** Larger descriptors are no descriptors, in characters. */
export const maxOvfCharacters = 4 * 1024 * 1024

const maxDisks = 24
const maxCards = 8

/**
 * Throws OvfError for text that a parser must not see: a document type or entities, which can pull in files or grow
 * without end, and too much of it.
 */
export function refuseUnsafeXml(text: string): void {
  if (text.length > maxOvfCharacters) throw new OvfError('The description of the machine is larger than 4 MiB.')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    throw new OvfError('The description of the machine defines entities, which can pull in other files.')
}

/** Reads a machine out of a parsed OVF envelope (DMTF DSP0243). Prefixes must be removed. Throws OvfError. */
export function readOvf(document: unknown): OvfMachine {
  const envelope = child(document, 'Envelope')
  if (!envelope) throw new OvfError('It holds no OVF envelope.')
  const systems = [
    ...list(envelope, 'VirtualSystem'),
    ...list(child(envelope, 'VirtualSystemCollection'), 'VirtualSystem'),
  ]
  const [system] = systems
  if (!system) throw new OvfError('It describes no machine.')
  if (systems.length > 1) throw new OvfError(`It describes ${systems.length} machines; one at a time can be imported.`)
  const hardware = child(system, 'VirtualHardwareSection')
  const items = [
    ...list(hardware, 'Item'),
    ...list(hardware, 'StorageItem'),
    ...list(hardware, 'EthernetPortItem'),
  ].map(itemOf)
  const dropped: string[] = []
  const networks = items
    .filter(({ type }) => type === resourceTypes.ethernet)
    .map(({ subType }) => networkModelOf(subType))
  if (networks.length > maxCards) dropped.push(`${networks.length - maxCards} network cards`)
  for (const { type, name } of items) {
    const word = otherResources[type]
    if (word !== undefined) dropped.push(name === '' ? word : `${word} (${name})`)
  }
  return {
    name: textOf(system, 'Name') || attribute(system, 'id') || 'Imported machine',
    cpus: Math.min(64, Math.max(1, items.find(({ type }) => type === resourceTypes.processor)?.quantity ?? 1)),
    memoryMiB: memoryOf(items.find(({ type }) => type === resourceTypes.memory)),
    uefi: list(hardware, 'Config').some(
      (config) => attribute(config, 'key') === 'firmware' && attribute(config, 'value') === 'efi',
    ),
    disks: disksOf(envelope, items, dropped),
    networks: networks.slice(0, maxCards),
    petri: textOf(child(system, 'MachineSection'), 'Draft') || undefined,
    dropped: [...new Set(dropped)],
  }
}

interface Item {
  readonly id: string
  readonly type: number
  readonly subType: string
  readonly name: string
  readonly parent: string
  readonly host: string
  readonly quantity: number | undefined
  readonly units: string
}

function itemOf(element: Element): Item {
  const quantity = Number(textOf(element, 'VirtualQuantity'))
  return {
    id: textOf(element, 'InstanceID'),
    type: Number(textOf(element, 'ResourceType')),
    subType: textOf(element, 'ResourceSubType').slice(0, 80),
    name: textOf(element, 'ElementName')
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .slice(0, 80),
    parent: textOf(element, 'Parent'),
    host: textOf(element, 'HostResource'),
    quantity: Number.isInteger(quantity) && quantity > 0 ? quantity : undefined,
    units: textOf(element, 'AllocationUnits'),
  }
}

function memoryOf(item: Item | undefined): number {
  const unit = unitBytes(item?.units ?? '') ?? 2 ** 20
  // Some writers leave the unit out and mean MiB.
  const bytes = (item?.quantity ?? 1024) * (item?.units === '' ? 2 ** 20 : unit)
  return Math.min(1_048_576, Math.max(16, Math.round(bytes / 2 ** 20)))
}

function disksOf(envelope: Element, items: readonly Item[], dropped: string[]): readonly OvfDisk[] {
  const files = new Map(
    list(child(envelope, 'References'), 'File').map((file) => [attribute(file, 'id'), attribute(file, 'href')]),
  )
  for (const href of files.values())
    if (!isBareName(href))
      throw new OvfError(`It names a file outside the archive: ${href.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 80)}`)
  const controllers = new Map(items.map((item) => [item.id, item]))
  const declared = new Map(
    list(child(envelope, 'DiskSection'), 'Disk').map((disk) => [attribute(disk, 'diskId'), disk]),
  )
  const disks: OvfDisk[] = []
  for (const item of items.filter(({ type }) => type === resourceTypes.disk)) {
    const disk = declared.get(item.host.split('/').at(-1) ?? '')
    const href = disk && files.get(attribute(disk, 'fileRef'))
    if (!disk || href === undefined) {
      dropped.push(`an empty disk (${item.name || item.id})`)
      continue
    }
    if (attribute(disk, 'parentRef') !== '') throw new OvfError('One of its disks is only the difference to another.')
    const controller = controllers.get(item.parent)
    const note = controller && busNote(controller.type, controller.subType)
    if (note !== undefined) dropped.push(note)
    const bus: OvfBus = controller ? busOf(controller.type, controller.subType) : 'sata'
    const capacity = Number(attribute(disk, 'capacity')) * (unitBytes(attribute(disk, 'capacityAllocationUnits')) ?? 1)
    disks.push({ href, bus, capacityBytes: Number.isSafeInteger(capacity) && capacity > 0 ? capacity : undefined })
  }
  if (disks.length > maxDisks) throw new OvfError(`It has ${disks.length} disks, more than ${maxDisks}.`)
  if (new Set(disks.map((disk) => disk.href)).size !== disks.length)
    throw new OvfError('Two of its disks are the same file.')
  return disks
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(parent: unknown, name: string): readonly Element[] {
  const value = isElement(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined
  if (Array.isArray(value)) return value.filter(isElement)
  return isElement(value) ? [value] : []
}

const child = (parent: unknown, name: string): Element | undefined => list(parent, name)[0]

function textOf(parent: unknown, name: string): string {
  const value: unknown = isElement(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined
  const first: unknown = Array.isArray(value) ? value[0] : value
  if (typeof first === 'string') return decoded(first.trim())
  const text = isElement(first) ? first['#text'] : undefined
  return typeof text === 'string' ? decoded(text.trim()) : ''
}

function attribute(element: Element, name: string): string {
  const value = element[`@${name}`]
  return typeof value === 'string' ? decoded(value) : ''
}

/** The five entities that XML has by itself; the parser leaves all of them alone, and others stay as they are. */
function decoded(text: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => signs[name] ?? whole)
}
