import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { z } from 'zod'

import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import { connectUnixSocket, expectCaller } from '../../system/socket/unix-socket.ts'
import { RefusedError } from '../refused-error.ts'
import type { VmFolders } from './vm-folders.ts'
import type { VmSession } from './vm-session.ts'

/** QEMU's own limit is 32 MiB/s in old versions; the state goes to a local file, so it may take what it gets. B/s. */
const BANDWIDTH = 10 * 1024 * 1024 * 1024
/** How often QEMU is asked how far it is, in ms. */
const PROGRESS_MS = 50

const suspendedSchema = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  sizeBytes: z.number(),
  /** Memory is restored only by the QEMU that saved it. */
  emulatorVersion: z.string(),
})
export type Suspended = z.infer<typeof suspendedSchema>

const migrationSchema = z.object({
  status: z.string(),
  ram: z.object({ remaining: z.number(), total: z.number() }).optional(),
  'error-desc': z.string().optional(),
})

/** What a machine's folder says of a saved memory; undefined when there is none that can be used. */
export async function readSuspended(folders: VmFolders, id: string): Promise<Suspended | undefined> {
  if (!existsSync(folders.suspendedRecord(id))) return undefined // nearly always, and asked for every machine at start
  try {
    const record = suspendedSchema.parse(JSON.parse(await readFile(folders.suspendedRecord(id), 'utf8')))
    const memory = await stat(folders.suspendedMemory(id))
    return memory.size === record.sizeBytes ? record : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes a running machine's memory and devices to its folder and ends it. QEMU sends its migration stream over a Unix
 * socket to this process: in the sandbox it can open no file and start no program, and machines without a qcow2 disk
 * can be suspended, too. On failure the partial file is removed and the machine goes on as before.
 */
export async function suspendVm(session: VmSession, folders: VmFolders, now: () => Date): Promise<void> {
  const { vmId, nonce, emulatorVersion } = session.record
  const wasRunning = session.state.kind === 'running'
  const socketName = `save-${nonce}.sock`
  const partial = `${folders.suspendedMemory(vmId)}.partial`
  await session.execute('stop')
  session.setSuspending(0)
  const caller = await expectCaller(join(folders.sockets(vmId), socketName))
  try {
    const received = receive(caller.connection, createWriteStream(partial, { mode: 0o600 }))
    await session.execute('migrate-set-parameters', { 'max-bandwidth': BANDWIDTH })
    await session.execute('migrate', { uri: `unix:/run/petri/${socketName}` })
    await migrated(session)
    await received
    await syncFile(partial)
    const { size } = await stat(partial)
    await rename(partial, folders.suspendedMemory(vmId))
    const record: Suspended = { version: 1, at: now().toISOString(), sizeBytes: size, emulatorVersion }
    await writeDurableFile(folders.suspendedRecord(vmId), `${JSON.stringify(record, undefined, 2)}\n`)
  } catch (error) {
    await rm(partial, { force: true })
    await session.execute('migrate_cancel').catch(() => {})
    if (wasRunning) await session.execute('cont').catch(() => {})
    session.resumeStates()
    await session.refresh().catch(() => {})
    throw error
  } finally {
    caller.close()
  }
  await session.powerOff('suspend')
}

/** Gives a QEMU started with `-incoming defer` its saved memory. The machine is then paused, as it was saved. */
export async function restoreSuspended(session: VmSession, folders: VmFolders): Promise<void> {
  const { vmId, nonce } = session.record
  const socketName = `load-${nonce}.sock`
  await session.execute('migrate-incoming', { uri: `unix:/run/petri/${socketName}` })
  const socket = await connectUnixSocket(join(folders.sockets(vmId), socketName))
  // QEMU hangs up when it has read the mark of the end, often before this side has said that it is done; and when it
  // does not like what it reads. Which of the two it was is its to tell.
  await pipeline(createReadStream(folders.suspendedMemory(vmId)), socket).catch((error: unknown) => {
    if (!hasHungUp(error)) throw error
  })
  await migrated(session)
}

const hasHungUp = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ECONNRESET'].includes(String(error.code))

/** Forgets the saved memory: the record first, so that memory without a record is never taken for one that counts. */
export async function discardSuspended(folders: VmFolders, id: string): Promise<void> {
  await rm(folders.suspendedRecord(id), { force: true })
  await syncFile(folders.machine(id))
  await rm(folders.suspendedMemory(id), { force: true })
}

async function receive(connection: Promise<Socket>, into: NodeJS.WritableStream): Promise<void> {
  await pipeline(await connection, into)
}

async function migrated(session: VmSession): Promise<void> {
  for (;;) {
    const migration = migrationSchema.parse(await session.execute('query-migrate'))
    if (migration.status === 'completed') return
    if (migration.status === 'failed' || migration.status === 'cancelled')
      throw new RefusedError({
        code: 'command-failed',
        title: 'The memory could not be transferred',
        evidence: migration['error-desc'] ?? migration.status,
        cause: 'A device of this machine may not support it, or the disk is full.',
      })
    if (migration.ram && session.state.kind === 'suspending')
      session.setSuspending(1 - migration.ram.remaining / Math.max(1, migration.ram.total))
    await new Promise<void>((resolve) => setTimeout(resolve, PROGRESS_MS))
  }
}
