import {
  cdromBuses,
  diskBuses,
  diskFormats,
  networkModels,
  type PortForward,
  portForwardSchema,
} from '#contract/vm-spec'
import { InvalidArgumentError } from 'commander'
import { z } from 'zod'

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/** `8G`, `512M`, `1.5T`, as qemu-img writes sizes; a bare number counts bytes. Returns bytes. */
export function sizeBytesValue(text: string): number {
  const bytes = sizeIn(text, 1)
  if (bytes === undefined) throw new InvalidArgumentError('Give a size such as 8G or 512M.')
  return bytes
}

/** `256`, `512M`, `2G`; a bare number counts MiB, as with QEMU's -m. Returns MiB. */
export function memoryMiBValue(text: string): number {
  const bytes = sizeIn(text, UNITS['m'] ?? 1)
  if (bytes === undefined || bytes % 2 ** 20 !== 0) throw new InvalidArgumentError('Give MiB, or a size such as 2G.')
  return bytes / 2 ** 20
}

function sizeIn(text: string, bareUnit: number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text)
  const [, amount = '', unit = ''] = match ?? []
  const bytes = Number(amount) * (unit === '' ? bareUnit : (UNITS[unit.toLowerCase()] ?? Number.NaN))
  return match !== null && bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** A whole number from `min` to `max`, for commander. */
export function wholeNumberValue(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

/** Collects an option that may be given several times. */
export function each<T>(read: (text: string) => T): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before) => [...(before ?? []), read(text)]
}

/** `8080:80`, `tcp:8080:80`, `udp:127.0.0.1:5353:53`: protocol, host address and host port, then guest port. */
export function forwardValue(text: string): PortForward {
  const match = /^(?:(tcp|udp):)?(?:(\d+\.\d+\.\d+\.\d+):)?(\d+)[:-]:?(\d+)$/.exec(text)
  const [, protocol = 'tcp', hostAddress, hostPort, guestPort] = match ?? []
  const forward = portForwardSchema.safeParse({
    protocol,
    hostAddress,
    hostPort: Number(hostPort),
    guestPort: Number(guestPort),
  })
  if (!forward.success) throw new InvalidArgumentError('Give HOSTPORT:GUESTPORT, for example 8080:80 or udp:5353:53.')
  return forward.data
}

/** `8080` or `udp:5353`: the port of this host that a forward takes; or all of the forward, as it was added. */
export function forwardKeyValue(text: string): Pick<PortForward, 'protocol' | 'hostPort'> {
  const [, protocol = 'tcp', hostPort] = /^(?:(tcp|udp):)?(?:\d+\.\d+\.\d+\.\d+:)?(\d+)(?:[:-]:?\d+)?$/.exec(text) ?? []
  const key = portForwardSchema
    .pick({ protocol: true, hostPort: true })
    .safeParse({ protocol, hostPort: Number(hostPort) })
  if (!key.success) throw new InvalidArgumentError('Give the port of this host, for example 8080 or udp:5353.')
  return key.data
}

/** `data=8G`: the id of a disk, and its size in bytes. */
export function newDiskValue(text: string): readonly [id: string, sizeBytes: number] {
  const [, id, size] = /^([a-z0-9][a-z0-9-]*)=(.+)$/.exec(text) ?? []
  if (id === undefined || size === undefined) throw new InvalidArgumentError('Give ID=SIZE, for example data=8G.')
  return [id, sizeBytesValue(size)]
}

const onOff = z.enum(['on', 'off']).transform((value) => value === 'on')

const diskFields = {
  bus: z.enum(diskBuses),
  format: z.enum(diskFormats),
  cache: z.enum(['none', 'writeback', 'writethrough', 'directsync', 'unsafe']),
  discard: z.enum(['ignore', 'unmap']),
  readonly: onOff,
}
const diskValueSchema = z.strictObject(diskFields).partial()
export type DiskValue = z.output<typeof diskValueSchema> & { readonly path: string }

/** `PATH[,bus=…][,format=…][,cache=…][,discard=…][,readonly=on]`; commas in the path need no quoting. */
export function diskValue(text: string): DiskValue {
  const { head, fields } = splitFields(text, Object.keys(diskFields))
  return { path: head, ...parseFields(diskValueSchema, Object.fromEntries(fields)) }
}

const cdromValueSchema = z.strictObject({ bus: z.enum(cdromBuses) }).partial()
export type CdromValue = z.output<typeof cdromValueSchema> & { readonly path: string }

/** `PATH[,bus=…]`. */
export function cdromValue(text: string): CdromValue {
  const { head, fields } = splitFields(text, ['bus'])
  return { path: head, ...parseFields(cdromValueSchema, Object.fromEntries(fields)) }
}

const nicValueSchema = z.strictObject({
  kind: z.enum(['user', 'none']),
  model: z.enum(networkModels).optional(),
  mac: z.string().optional(),
  restrict: onOff.optional(),
})
export type NicValue = z.output<typeof nicValueSchema> & { readonly forwards: readonly PortForward[] }

/** `user|none[,model=…][,mac=…][,restrict=on][,forward=tcp:8080:80]…`; `forward` may come several times. */
export function nicValue(text: string): NicValue {
  const { head, fields } = splitFields(text, ['model', 'mac', 'restrict', 'forward'])
  const single = Object.fromEntries(fields.filter(([key]) => key !== 'forward'))
  return {
    ...parseFields(nicValueSchema, { ...single, kind: head }),
    forwards: fields.filter(([key]) => key === 'forward').map(([, value]) => forwardValue(value)),
  }
}

/** Takes `,key=value` off the end as long as the key is a known one. */
function splitFields(text: string, keys: readonly string[]): { head: string; fields: (readonly [string, string])[] } {
  const fields: (readonly [string, string])[] = []
  const last = new RegExp(`^(.*),(${keys.join('|')})=([^,]*)$`, 's')
  let head = text
  for (let match = last.exec(head); match !== null; match = last.exec(head)) {
    const [, before = '', key = '', value = ''] = match
    fields.unshift([key, value])
    head = before
  }
  if (head === '') throw new InvalidArgumentError('Something must stand before the first comma.')
  return { head, fields }
}

function parseFields<T>(schema: z.ZodType<T>, fields: Readonly<Record<string, string>>): T {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new InvalidArgumentError(problems.join('; '))
}
