import { apiCalls } from '#contract/api'
import type { ImageService, ImageServiceOptions } from '../services/images/image-service.ts'
import { bound, type Handlers } from './dispatch.ts'

type ImageCalls = { readonly [N in keyof Handlers as N extends `image.${string}` ? N : never]: Handlers[N] }

export interface Images {
  /** The service, made when it is first asked for: nothing of it is needed to open a library. */
  get(): Promise<ImageService>
  readonly handlers: ImageCalls
  /** Before the jobs are closed. */
  close(): Promise<void>
}

/** The calls about images, and the service behind them. */
export function createImages(options: ImageServiceOptions): Images {
  let service: Promise<ImageService> | undefined
  const get = () =>
    (service ??= import('../services/images/image-service.ts').then(({ createImageService }) =>
      createImageService(options),
    ))
  const begun = ({ id }: { readonly id: string }) => ({ jobId: id })
  return {
    get,
    close: async () => (await service)?.close(),
    handlers: {
      'image.list': bound(apiCalls['image.list'], async () => (await get()).list()),
      'image.refresh': bound(apiCalls['image.refresh'], async ({ serverId }) =>
        begun(await (await get()).refresh(serverId)),
      ),
      'image.pull': bound(apiCalls['image.pull'], async (params) => begun(await (await get()).pull(params))),
      'image.import': bound(apiCalls['image.import'], async (params) => begun(await (await get()).import(params))),
      'image.remove': bound(apiCalls['image.remove'], async ({ digest }) => (await get()).remove(digest)),
      'image.prune': bound(apiCalls['image.prune'], async ({ dryRun }) => (await get()).prune(dryRun)),
      'image.addServer': bound(apiCalls['image.addServer'], async (params) => ({
        id: await (await get()).addServer(params),
      })),
      'image.removeServer': bound(apiCalls['image.removeServer'], async ({ id }) => {
        await (await get()).removeServer(id)
        return {}
      }),
    },
  }
}
