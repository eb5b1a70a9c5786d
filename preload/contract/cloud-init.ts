import { z } from 'zod'

/** What a cloud image is told at its first start, by a small CD in the machine's folder (NoCloud). */
export const cloudInitSchema = z
  .strictObject({
    /** Login of the first user; gets sudo. */
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a login has lower-case letters, digits, - and _, and begins with a letter'),
    /** Kept nowhere: only its hash goes on. */
    password: z.string().min(1).max(256).optional(),
    /** The same as crypt(5) writes it, SHA-512; for a password that was hashed before. */
    passwordHash: z
      .string()
      .regex(/^\$6\$[./0-9A-Za-z$=]{10,150}$/, 'must be a SHA-512 hash of crypt(5)')
      .optional(),
    /** Public keys, as in `id_ed25519.pub`. */
    sshKeys: z
      .array(
        z
          .string()
          .max(16_384)
          .regex(/^(?:ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/=]+(?: [^\r\n]*)?$/, 'must be one public SSH key'),
      )
      .max(16)
      .default([]),
    hostname: z
      .string()
      .max(63)
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/, 'a host name has letters, digits and - inside')
      .optional(),
    packages: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._:@/-]{0,127}$/, 'must be a package’s name'))
      .max(64)
      .default([]),
  })
  .refine(
    ({ password, passwordHash, sshKeys }) => password !== undefined || passwordHash !== undefined || sshKeys.length > 0,
    { message: 'give a password or a key: without one, nobody can log in', path: ['password'] },
  )
export type CloudInit = z.output<typeof cloudInitSchema>
export type CloudInitInput = z.input<typeof cloudInitSchema>
