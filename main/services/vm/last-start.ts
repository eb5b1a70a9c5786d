import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import type { VmPlan } from '../../domain/vm/vm-plan.ts'
import type { VmFolders } from './vm-folders.ts'

const lastStartSchema = z.object({
  at: z.iso.datetime(),
  /** Of the names of its sockets: with it, a plan of today has the same names. */
  nonce: z.string().regex(/^[0-9a-f]{8}$/),
  options: z.array(z.array(z.string())),
})
type LastStart = z.infer<typeof lastStartSchema>

/** Notes the command of a start, to compare later ones with. Never fails: a machine runs without the note, too. */
export async function noteLastStart(folders: VmFolders, plan: VmPlan, at: string, nonce: string): Promise<void> {
  const note: LastStart = { at, nonce, options: plan.explained.map(({ args }) => [...args]) }
  await writeDurableFile(folders.lastStart(plan.spec.id), JSON.stringify(note)).catch(() => {})
}

export async function readLastStart(folders: VmFolders, id: string): Promise<LastStart | undefined> {
  const text = await readFile(folders.lastStart(id), 'utf8').catch(() => '{}')
  try {
    return lastStartSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
