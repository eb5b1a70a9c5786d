import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Job } from '#contract/job'
import { toFailure } from '../../main/api/to-failure.ts'
import { createImageService, type ImageService } from '../../main/services/images/image-service.ts'
import { type JobService, openJobService } from '../../main/services/jobs/job-service.ts'
import { type DownloadLimits, downloadLimits } from '../../main/system/net/download-file.ts'

export interface TestImages extends AsyncDisposable {
  readonly images: ImageService
  readonly jobs: JobService
  /** Names of the files in the store and among the unfinished downloads. */
  files(): Promise<readonly string[]>
  ended(job: Job): Promise<Job>
}

/** Patience is that of the product, for a busy machine; only what is repeated is repeated at once. */
export const testLimits: DownloadLimits = { ...downloadLimits, retries: 2, retryDelayMs: 5 }

/** The images' service with folders of its own below `folder`. */
export async function testImages(
  folder: string,
  caFile: string,
  options: Partial<Parameters<typeof createImageService>[0]> = {},
): Promise<TestImages> {
  const now = () => new Date()
  const jobs = await openJobService({ folder: join(folder, 'jobs'), toFailure, onEvent: () => undefined, now })
  const images = createImageService({
    folder: join(folder, 'images'),
    cacheFolder: join(folder, 'cache'),
    shippedFile: undefined,
    caFile,
    limits: testLimits,
    jobs,
    usersOf: async () => new Map(),
    onChange: () => undefined,
    now,
    ...options,
  })
  const list = (name: string) => readdir(join(folder, 'images', name)).catch((): string[] => [])
  return {
    images,
    jobs,
    files: async () => [...(await list('sha256')), ...(await list('parts'))],
    ended: (job) => jobs.ended(job.id),
    [Symbol.asyncDispose]: async () => {
      images.close()
      await jobs.close()
    },
  }
}
