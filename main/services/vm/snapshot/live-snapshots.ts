import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { RefusedError } from '../../refused-error.ts'
import type { VmFolders } from '../vm-folders.ts'
import type { VmSession } from '../vm-session.ts'

const jobsSchema = z.array(z.object({ id: z.string(), status: z.string(), error: z.string().optional() }))
const jobChangeSchema = z.object({ id: z.string(), status: z.string() })

type Nodes = readonly { readonly node: string }[]

/** Saves memory and disks of a machine in one point of time; the guest stands still meanwhile. The first node takes the memory. */
export async function saveLive(session: VmSession, tag: string, nodes: Nodes): Promise<void> {
  await runSnapshotJob(session, 'snapshot-save', tag, { vmstate: nodes[0]?.node, devices: namesOf(nodes) })
}

/** Gives a machine memory and disks of a snapshot. */
export async function loadLive(session: VmSession, tag: string, nodes: Nodes): Promise<void> {
  await runSnapshotJob(session, 'snapshot-load', tag, { vmstate: nodes[0]?.node, devices: namesOf(nodes) })
}

/** Deletes a snapshot from every node that has it. */
export async function deleteLive(session: VmSession, tag: string, nodes: Nodes): Promise<void> {
  await runSnapshotJob(session, 'snapshot-delete', tag, { devices: namesOf(nodes) })
}

/** The disks alone, all at the same moment; the guest runs on. As after a power cut, for the guest that boots from it. */
export async function snapshotDisksLive(session: VmSession, tag: string, nodes: Nodes): Promise<void> {
  await session.execute('transaction', {
    actions: nodes.map(({ node }) => ({
      type: 'blockdev-snapshot-internal-sync',
      data: { device: node, name: tag },
    })),
  })
}

const namesOf = (nodes: Nodes) => nodes.map(({ node }) => node)

/**
 * Runs one of QEMU's snapshot jobs to its end. Its error comes as text in the job and never as an answer to the
 * command. While memory is written QEMU answers nothing, so nothing here has a time limit but the life of the process.
 */
async function runSnapshotJob(
  session: VmSession,
  command: 'snapshot-save' | 'snapshot-load' | 'snapshot-delete',
  tag: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  const jobId = `petri-${command}`
  await session.patiently(async () => {
    await forgetEndedJob(session, jobId)
    let end = () => {}
    const concluded = new Promise<void>((resolve) => {
      end = session.onQmpEvent(({ name, data }) => {
        const change = name === 'JOB_STATUS_CHANGE' ? jobChangeSchema.safeParse(data).data : undefined
        if (change?.id === jobId && change.status === 'concluded') resolve()
      })
    })
    try {
      await session.execute(command, { 'job-id': jobId, tag, ...args })
      await Promise.race([concluded, session.finished.then(() => Promise.reject(new Error('The machine has ended')))])
    } finally {
      end()
    }
    const error = await forgetEndedJob(session, jobId)
    if (error === undefined) return
    throw new RefusedError({
      code: /no space left/i.test(error) ? 'no-space' : 'command-failed',
      title: words[command],
      evidence: error,
      cause: 'QEMU refused it; the machine and its disks are as they were.',
    })
  })
}

const words = {
  'snapshot-save': 'The snapshot could not be made',
  'snapshot-load': 'The memory of the snapshot could not be loaded',
  'snapshot-delete': 'The snapshot could not be deleted',
} as const

/** Waits for a job that an earlier owner left running, removes it from QEMU's list, and returns its error. */
async function forgetEndedJob(session: VmSession, jobId: string): Promise<string | undefined> {
  // The jobs occupy QEMU's main loop: whenever it answers, the job has concluded or not begun.
  const job = jobsSchema.parse(await session.execute('query-jobs')).find(({ id }) => id === jobId)
  if (job?.status === 'concluded') await session.execute('job-dismiss', { id: jobId })
  return job?.error
}

/** A picture of the screen, as a PNG at `target`. Returns whether there is one: a snapshot is good without. */
export async function takePicture(session: VmSession, folders: VmFolders, target: string): Promise<boolean> {
  const name = `picture-${session.record.nonce}.png`
  const made = join(folders.sockets(session.record.vmId), name)
  try {
    // The one folder of the sandbox that QEMU can write to.
    await session.execute('screendump', { filename: `/run/petri/${name}`, format: 'png' })
    // The runtime folder lies in memory, on another file system: a rename would not do.
    await copyFile(made, target)
    return true
  } catch {
    await rm(target, { force: true })
    return false
  } finally {
    await rm(made, { force: true })
  }
}
