import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import type { ChainLink } from '#contract/disk'
import type { ImageFacts } from '../../domain/disk/image-facts.ts'
import { type LookedAt, lookAtFile } from './look-at-file.ts'

/** Deeper chains are refused: QEMU opens every file at once, and no one makes them on purpose. */
export const maxChainDepth = 32

/** A chain as far as it can be followed without leaving files; the last link says why it ends early. */
export async function walkChain(path: string, top: LookedAt): Promise<readonly ChainLink[]> {
  const links: ChainLink[] = [linkOf(path, top)]
  const seen = new Set([path])
  let [at, facts]: [string, ImageFacts] = [path, top.facts]
  while (facts.backing !== undefined) {
    const { name, format } = facts.backing
    const shown = printable(name)
    if (isSpecialName(name)) return [...links, { path: shown, problem: 'It names a network or special source.' }]
    const below = resolve(dirname(at), name)
    const real = await realpath(below).catch(() => undefined)
    if (real === undefined) return [...links, { path: below, problem: 'This file is missing.' }]
    if (seen.has(real)) return [...links, { path: real, problem: 'The chain leads back into itself.' }]
    if (links.length >= maxChainDepth)
      return [...links, { path: real, problem: `The chain is deeper than ${maxChainDepth} files.` }]
    seen.add(real)
    const found = await lookAtFile(real).catch((error: unknown) => String(error))
    if (typeof found === 'string') return [...links, { path: real, problem: `It is no readable file: ${found}.` }]
    const problem = linkProblem(found.facts, format)
    links.push({ ...linkOf(real, found), ...(problem !== undefined && { problem }) })
    if (problem !== undefined) return links
    at = real
    facts = found.facts
  }
  return links
}

/** `json:{…}`, `nbd://…`, `file:…`: everything that QEMU takes for more than a path. */
function isSpecialName(name: string): boolean {
  const colon = name.indexOf(':')
  return colon > -1 && !name.slice(0, colon).includes('/')
}

function linkProblem(facts: ImageFacts, declared: string | undefined): string | undefined {
  if (facts.unsafe !== undefined) return `Petri does not open it: ${facts.unsafe}.`
  if (facts.extents !== undefined) return 'It is a disk in several files, which cannot stand below another here.'
  if (declared !== undefined && declared !== 'raw' && declared !== facts.format)
    return `It is ${facts.format ?? 'of an unknown format'}, and the file above says ${printable(declared)}.`
  return undefined
}

function linkOf(path: string, { facts, sizeBytes }: LookedAt): ChainLink {
  return {
    path,
    fileBytes: sizeBytes,
    ...(facts.format !== undefined && { format: facts.format }),
    ...(facts.virtualBytes !== undefined &&
      Number.isFinite(facts.virtualBytes) && { virtualBytes: facts.virtualBytes }),
  }
}

/** A name out of a file, short and without what steers a terminal. */
export function printable(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, '?')
  return clean.length > 80 ? `${clean.slice(0, 77)}…` : clean
}
