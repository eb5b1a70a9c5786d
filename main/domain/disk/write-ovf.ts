import type { VmSpec } from '#contract/vm-spec'

import { controllerOf, networkSubType, resourceTypes } from './ovf-words.ts'

/** A disk as it lies in the archive. */
export interface PackedDisk {
  readonly href: string
  readonly fileBytes: number
  readonly virtualBytes: number
}

const namespaces = [
  'xmlns="http://schemas.dmtf.org/ovf/envelope/1"',
  'xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"',
  'xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"',
  'xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"',
  'xmlns:vmw="http://www.vmware.com/schema/ovf"',
  'xmlns:petri="https://petri.example/ovf/1"',
].join(' ')

/** A machine as an OVF descriptor. `draft`: Petri's own words for it, as JSON, which other programs pass over. */
export function writeOvf(spec: VmSpec, disks: readonly PackedDisk[], draft: string): string {
  const files = disks.map(
    ({ href, fileBytes }, index) => `    <File ovf:id="file${index}" ovf:href="${xml(href)}" ovf:size="${fileBytes}"/>`,
  )
  const declared = disks.map(
    ({ virtualBytes }, index) =>
      `    <Disk ovf:diskId="disk${index}" ovf:fileRef="file${index}" ovf:capacity="${virtualBytes}" ovf:capacityAllocationUnits="byte" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope ${namespaces}>
  <References>
${files.join('\n')}
  </References>
  <DiskSection>
    <Info>The disks</Info>
${declared.join('\n')}
  </DiskSection>
  <NetworkSection>
    <Info>The networks</Info>
    <Network ovf:name="NAT"><Description>NAT</Description></Network>
  </NetworkSection>
  <VirtualSystem ovf:id="${xml(spec.id)}">
    <Info>A machine</Info>
    <Name>${xml(spec.name)}</Name>
    <OperatingSystemSection ovf:id="1"><Info>The guest's system is not known</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>The hardware</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>${xml(spec.id)}</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType>
      </System>
${hardware(spec)}
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="${spec.firmware.kind === 'uefi' ? 'efi' : 'bios'}"/>
    </VirtualHardwareSection>
    <petri:MachineSection ovf:required="false">
      <Info>What Petri needs to make the same machine again</Info>
      <petri:Draft>${xml(draft)}</petri:Draft>
    </petri:MachineSection>
  </VirtualSystem>
</Envelope>
`
}

function hardware(spec: VmSpec): string {
  const { sockets, cores, threads } = spec.cpu
  const cpus = sockets * cores * threads
  let next = 0
  const id = () => String(++next)
  const items: string[] = [
    item({
      ElementName: `${cpus} processors`,
      InstanceID: id(),
      ResourceType: resourceTypes.processor,
      VirtualQuantity: cpus,
    }),
    item({
      AllocationUnits: 'byte * 2^20',
      ElementName: `${spec.memoryMiB} MiB of memory`,
      InstanceID: id(),
      ResourceType: resourceTypes.memory,
      VirtualQuantity: spec.memoryMiB,
    }),
  ]
  const controllers = new Map<string, string>()
  for (const bus of new Set(spec.disks.map((disk) => disk.bus))) {
    const { type, subType, name } = controllerOf(bus)
    controllers.set(bus, id())
    items.push(
      item({
        Address: controllers.size - 1,
        ElementName: name,
        InstanceID: String(next),
        ResourceSubType: subType,
        ResourceType: type,
      }),
    )
  }
  for (const [index, disk] of spec.disks.entries())
    items.push(
      item({
        AddressOnParent: index,
        ElementName: `Disk ${index}`,
        HostResource: `ovf:/disk/disk${index}`,
        InstanceID: id(),
        Parent: controllers.get(disk.bus) ?? '',
        ResourceType: resourceTypes.disk,
      }),
    )
  for (const [index, network] of spec.networks.entries())
    items.push(
      item({
        AddressOnParent: index,
        AutomaticAllocation: 'true',
        Connection: 'NAT',
        ElementName: `Network card ${index}`,
        InstanceID: id(),
        ResourceSubType: networkSubType(network.model),
        ResourceType: resourceTypes.ethernet,
      }),
    )
  return items.join('\n')
}

/** The standard wants the fields of an item in the order of the alphabet. */
function item(fields: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(fields).map(
    ([name, value]) => `        <rasd:${name}>${xml(String(value))}</rasd:${name}>`,
  )
  return `      <Item>\n${lines.join('\n')}\n      </Item>`
}

/** Text that may stand in an element or an attribute. */
function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  }
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '').replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
}
