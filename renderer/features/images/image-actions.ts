import type { CallName, CallParams, CallResult } from '#contract/api'
import { notifications } from '@mantine/notifications'
import { useMemo } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { tellBegun } from '../jobs/tell-begun.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { confirm } from '../machines/machine-questions.tsx'
import { sizeWords } from '../machines/state-words.ts'

/** What the images' screen asks for. A refusal becomes a toast; what a job came to is told where all jobs tell it. */
export interface ImageActions {
  refresh(): Promise<void>
  pull(id: string): Promise<void>
  cancelJob(jobId: string): Promise<void>
  remove(digest: string, title: string): Promise<void>
  prune(): Promise<void>
  removeServer(id: string, title: string): Promise<void>
  /** For forms: throws `CallFailed`, which the form shows. Says so when a job has begun. */
  begin(
    name: 'image.pull' | 'image.import',
    params: CallParams<'image.pull'> | CallParams<'image.import'>,
  ): Promise<void>
  addServer(params: CallParams<'image.addServer'>): Promise<void>
}

export function useImageActions(): ImageActions {
  const client = useClient()
  return useMemo(() => {
    async function orToast<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N> | undefined> {
      try {
        return await client.call(name, params)
      } catch (error) {
        tellFailure(failureOf(error))
        return undefined
      }
    }
    return {
      async refresh() {
        await orToast('image.refresh', {})
      },
      async pull(id) {
        await orToast('image.pull', { id })
      },
      async cancelJob(jobId) {
        await orToast('job.cancel', { id: jobId })
      },
      async remove(digest, title) {
        const text = 'The file is deleted. It can be downloaded again as long as its publisher offers it.'
        if (!(await confirm({ title: `Remove “${title}”?`, text, confirm: 'Remove' }))) return
        const removed = await orToast('image.remove', { digest })
        if (removed) told('Removed', `${sizeWords(removed.freedBytes)} are free again.`)
      },
      async prune() {
        const planned = await orToast('image.prune', { dryRun: true })
        if (!planned) return
        if (planned.freedBytes === 0) return told('Nothing to clean up', 'Every image here is used.')
        const count = planned.removed.length
        const words = count === 1 ? 'One image that nobody uses' : `${count} images that nobody uses`
        const text = `${words} and unfinished downloads are deleted: ${sizeWords(planned.freedBytes)}.`
        if (!(await confirm({ title: 'Clean up?', text, confirm: 'Delete them' }))) return
        const pruned = await orToast('image.prune', { dryRun: false })
        if (pruned) told('Cleaned up', `${sizeWords(pruned.freedBytes)} are free again.`)
      },
      async removeServer(id, title) {
        const text = 'Its images are no longer listed. Those that are here stay.'
        if (await confirm({ title: `Remove “${title}”?`, text, confirm: 'Remove' }))
          await orToast('image.removeServer', { id })
      },
      async begin(name, params) {
        tellBegun((await client.call(name, params)).jobId)
      },
      async addServer(params) {
        await client.call('image.addServer', params)
        await orToast('image.refresh', {})
      },
    }
  }, [client])
}

function told(title: string, message: string): void {
  notifications.show({ title, message, closeButtonProps: { 'aria-label': 'Dismiss' } })
}
