import { z } from 'zod'

import { filePathSchema, idSchema, portForwardSchema, sharedFolderSchema } from './vm-spec.ts'

const nothing = z.strictObject({})

/** A port forward as it is: `open` when QEMU listens for it now, `closed` when it should and does not. */
export const liveForwardSchema = portForwardSchema.extend({
  /** Id of the network card that it belongs to. */
  network: idSchema,
  /** `waiting`: the machine is off; it opens at the next start. */
  state: z.enum(['open', 'closed', 'waiting']),
})
export type LiveForward = z.infer<typeof liveForwardSchema>

/** Which forward is meant: by the port of this host that it takes. */
const forwardKey = { protocol: portForwardSchema.shape.protocol, hostPort: portForwardSchema.shape.hostPort }

/**
 * Changes that a machine takes while it runs, each kept in its description as well, so that the next start has them.
 * A machine that is off takes them too.
 */
export const liveCalls = {
  'forward.list': {
    params: z.strictObject({ id: idSchema }),
    result: z.strictObject({ forwards: z.array(liveForwardSchema) }),
  },
  /** Without `network`: the first card with user networking. */
  'forward.add': {
    params: z.strictObject({ id: idSchema, network: idSchema.optional(), forward: portForwardSchema }),
    result: nothing,
  },
  'forward.remove': { params: z.strictObject({ id: idSchema, ...forwardKey }), result: nothing },
  /** Without `drive`: the only CD drive, or the first empty one. */
  'media.insert': {
    params: z.strictObject({ id: idSchema, drive: idSchema.optional(), path: filePathSchema }),
    result: z.strictObject({ drive: idSchema }),
  },
  /** `force` opens a drive that the guest has locked, as the pinhole of a real one does. */
  'media.eject': {
    params: z.strictObject({ id: idSchema, drive: idSchema.optional(), force: z.boolean().default(false) }),
    result: z.strictObject({ drive: idSchema }),
  },
  /** The folders of this host that the guest can mount, each with the command for the guest. */
  'share.list': {
    params: z.strictObject({ id: idSchema }),
    result: z.strictObject({
      folders: z.array(sharedFolderSchema.extend({ mountCommand: z.string() })),
    }),
  },
  /**
   * Shares a folder with a machine that is off. Without `name` the folder's own, made plain. A folder that holds more
   * than a person may think is refused unless `consent` says that it was asked for.
   */
  'share.add': {
    params: z.strictObject({
      id: idSchema,
      path: sharedFolderSchema.shape.path,
      name: sharedFolderSchema.shape.id.optional(),
      readOnly: z.boolean().default(true),
      driver: sharedFolderSchema.shape.driver,
      consent: z.boolean().default(false),
    }),
    result: z.strictObject({ name: z.string(), mountCommand: z.string() }),
  },
  'share.remove': { params: z.strictObject({ id: idSchema, name: sharedFolderSchema.shape.id }), result: nothing },
  /** How much memory the guest may use, by its balloon; null: all that the machine has. */
  'memory.target': {
    params: z.strictObject({ id: idSchema, memoryMiB: z.int().min(16).nullable() }),
    result: nothing,
  },
} as const
