import { resolve } from 'node:path'

import { type CatalogueImage, type ImageList, type StoredImage } from '#contract/image'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'
import { addImageServerCommands } from './image-server-commands.ts'
import { wholeNumberValue } from './option-values.ts'
import { printJson, printLine, printNote } from './print.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface JsonOption {
  readonly json?: boolean
}
interface DescribeOptions extends JsonOption {
  readonly sha256?: string
  readonly title?: string
  readonly arch?: string
  readonly detach?: boolean
}

/** Commands about images: what can be downloaded, what is here, and who uses it. */
export function addImageCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const image = program.command('image').description('images to make machines and containers from')

  image
    .command('list')
    .description('images that can be downloaded, and those that are here')
    .option('--os <name>', 'only of this system: ubuntu, debian, alpine, …')
    .option('--arch <name>', 'only of this architecture: amd64, arm64, armhf, …')
    .option('--kind <kind>', 'only disk, iso or root')
    .option('--stored', 'only what is here')
    .option('--refresh', 'read the servers’ lists anew first')
    .option('--json', 'print {images, stored, servers, offline}')
    .action((options: JsonOption & Filter & { readonly refresh?: boolean }) =>
      withSession(context, async (session) => {
        if (options.refresh) {
          const { jobId } = await callApi(session, 'image.refresh', {}, signal)
          await waitForJob(context, session, jobId)
        }
        const list = filtered(await callApi(session, 'image.list', {}, signal), options)
        if (options.json) return printJson(stdout, list)
        stdout.write(listText(list, stdout.columns))
        const unread = list.servers.filter(({ url, fetchedAt }) => url !== undefined && fetchedAt === undefined)
        if (unread.length > 0)
          printNote(context, `${unread.length} servers were never asked; add --refresh to read their lists`)
      }),
    )

  image
    .command('show')
    .description('one image: in the catalogue, or here')
    .argument('<image>', 'id, or the beginning of a digest')
    .option('--json', 'print {image, stored}')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const list = await callApi(session, 'image.list', {}, signal)
        const found = list.images.find(({ id }) => id === name)
        const stored =
          found?.digest === undefined ? findStored(list.stored, name) : findStored(list.stored, found.digest)
        if (!found && !stored) throw unknownImage(name)
        if (json) return printJson(stdout, { ...(found && { image: found }), ...(stored && { stored }) })
        stdout.write(tableText(factRows(found, stored), undefined))
      }),
    )

  image
    .command('pull')
    .description('download an image and check it')
    .argument('<image>', 'id from the list, or an https address')
    .option('--sha256 <digest>', 'what its digest must be, for an address')
    .option('--size <bytes>', 'what its size must be, for an address', wholeNumberValue(1, Number.MAX_SAFE_INTEGER))
    .option('--title <text>', 'what to call it, for an address')
    .option('--arch <name>', 'its architecture, for an address')
    .option('--accept-unverified', 'take it although nobody vouches for it')
    .option('--detach', 'do not wait')
    .option('--json', 'print {jobId, result}')
    .action(
      (name: string, options: DescribeOptions & { readonly size?: number; readonly acceptUnverified?: boolean }) =>
        withSession(context, async (session) => {
          const acceptUnverified = options.acceptUnverified === true
          const params = name.includes('://')
            ? { url: name, acceptUnverified, ...described(options), ...(options.size && { sizeBytes: options.size }) }
            : { id: name, acceptUnverified }
          const { jobId } = await callApi(session, 'image.pull', params, signal)
          await finish(session, jobId, options)
        }),
    )

  image
    .command('import')
    .description('copy an image file of this computer into the store')
    .argument('<file>')
    .option('--sha256 <digest>', 'what its digest must be')
    .option('--title <text>', 'what to call it')
    .option('--arch <name>', 'its architecture: amd64, arm64, armhf, …')
    .option('--detach', 'do not wait')
    .option('--json', 'print {jobId, result}')
    .action((file: string, options: DescribeOptions) =>
      withSession(context, async (session) => {
        const path = resolve(context.workingFolder, file)
        const { jobId } = await callApi(session, 'image.import', { path, ...described(options) }, signal)
        await finish(session, jobId, options)
      }),
    )

  image
    .command('remove')
    .description('give up an image that nobody uses')
    .argument('<image>', 'id, or the beginning of a digest')
    .option('--json', 'print {freedBytes}')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const list = await callApi(session, 'image.list', {}, signal)
        const stored = findStored(list.stored, list.images.find(({ id }) => id === name)?.digest ?? name)
        if (!stored) throw unknownImage(name)
        const removed = await callApi(session, 'image.remove', { digest: stored.digest }, signal)
        if (json) printJson(stdout, removed)
        else printLine(context, `${safeText(stored.title)} is gone; ${sizeText(removed.freedBytes)} are free again.`)
      }),
    )

  image
    .command('prune')
    .description('give up all images that nobody uses, and unfinished downloads')
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print {removed, freedBytes}')
    .action(({ json, dryRun = false }: JsonOption & { readonly dryRun?: boolean }) =>
      withSession(context, async (session) => {
        const pruned = await callApi(session, 'image.prune', { dryRun }, signal)
        if (json) return printJson(stdout, pruned)
        const words = `${pruned.removed.length} images, ${sizeText(pruned.freedBytes)}`
        printLine(context, dryRun ? `Would go: ${words}` : `Gone: ${words}`)
      }),
    )

  addImageServerCommands(image, context)

  const finish = async (session: PetriSession, jobId: string, { json, detach }: DescribeOptions) => {
    const done = detach ? undefined : await waitForJob(context, session, jobId)
    if (json) printJson(stdout, { jobId, ...(done && { result: done.result }) })
    else printLine(context, safeText(done?.summary ?? `Began ${jobId}; see petri job show ${jobId}`))
  }
}

interface Filter {
  readonly os?: string
  readonly arch?: string
  readonly kind?: string
  readonly stored?: boolean
}

function filtered(list: ImageList, { os, arch, kind, stored }: Filter): ImageList {
  const fits = (image: CatalogueImage | StoredImage) =>
    (os === undefined || image.os === os) &&
    (arch === undefined || image.architecture === arch) &&
    (kind === undefined || image.kind === kind)
  return { ...list, images: stored ? [] : list.images.filter(fits), stored: list.stored.filter(fits) }
}

function listText({ images, stored, offline }: ImageList, columns: number | undefined): string {
  const here = stored.map((image) => [
    image.digest.slice(0, 12),
    image.kind,
    image.architecture || '-',
    sizeText(image.sizeBytes),
    image.trust,
    image.usedBy.length === 0 ? '-' : image.usedBy.map(({ name }) => name).join(', '),
    image.title,
  ])
  const there = images.map((image) => [
    image.id,
    image.kind,
    image.sizeBytes === undefined ? '-' : sizeText(image.sizeBytes),
    image.trust,
    image.digest === undefined ? '' : 'here',
    image.title,
  ])
  return [
    stored.length === 0
      ? ''
      : tableText([['DIGEST', 'KIND', 'ARCH', 'SIZE', 'TRUST', 'USED BY', 'TITLE'], ...here], columns),
    stored.length > 0 && images.length > 0 ? '\n' : '',
    images.length === 0 ? '' : tableText([['IMAGE', 'KIND', 'SIZE', 'TRUST', '', 'TITLE'], ...there], columns),
    stored.length + images.length === 0 ? 'Nothing fits. See all: petri image list\n' : '',
    offline ? 'Offline: what is listed to download was read earlier.\n' : '',
  ].join('')
}

function factRows(image: CatalogueImage | undefined, stored: StoredImage | undefined): readonly (readonly string[])[] {
  return Object.entries({ ...image, ...stored }).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
}

function described({ sha256, title, arch }: DescribeOptions) {
  if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256))
    throw usageFailure('--sha256 takes 64 hexadecimal digits', 'It is the first word of a line of sha256sum.')
  return {
    ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
    ...(title !== undefined && { title }),
    ...(arch !== undefined && { architecture: arch }),
  }
}

/** By the whole digest, or by a beginning of at least six digits that only one has. */
function findStored(stored: readonly StoredImage[], name: string): StoredImage | undefined {
  const fitting = /^[0-9a-f]{6,64}$/.test(name) ? stored.filter(({ digest }) => digest.startsWith(name)) : []
  return fitting.length === 1 ? fitting[0] : undefined
}

const unknownImage = (name: string) =>
  new CliFailure({
    code: 'not-found',
    title: `There is no image called ${name}`,
    cure: { text: 'See which there are:', command: 'petri image list' },
  })
