import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

import { type CliContext } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { safeText } from './safe-text.ts'

const objectSchema = z.record(z.string(), z.unknown())

/**
 * A machine's description in JSON from a file, or from standard input for `-`. What `petri show --json` prints is taken
 * as it is: the description is its `spec`. Throws `CliFailure`.
 */
export async function readDescription(context: CliContext, file: string): Promise<Readonly<Record<string, unknown>>> {
  const source = file === '-' ? 'standard input' : safeText(file)
  const content = await readSource(context, file, source)
  const parsed = objectSchema.safeParse(parseJson(content, source))
  if (!parsed.success) throw new CliFailure({ code: 'bad-request', title: `${source} holds no JSON object` })
  return objectSchema.safeParse(parsed.data['spec']).data ?? parsed.data
}

async function readSource(context: CliContext, file: string, source: string): Promise<string> {
  if (file === '-') return text(context.stdin)
  try {
    return await readFile(resolve(context.workingFolder, file), { encoding: 'utf8', signal: context.signal })
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error)
    throw new CliFailure({ code: 'bad-request', title: `${source} cannot be read`, evidence }, { cause: error })
  }
}

function parseJson(content: string, source: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error)
    throw new CliFailure({ code: 'bad-request', title: `${source} is not JSON`, evidence }, { cause: error })
  }
}
