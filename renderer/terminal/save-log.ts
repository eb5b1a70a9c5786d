import type { ConsoleTarget } from '#contract/console'

import type { Client } from '../api/client.ts'
import { saveFile } from '../ui/save-file.ts'

const LOG_BYTES = 16 * 1024 * 1024

/** Saves the console's log, newest 16 MiB, as a download named after `name`. Throws `CallFailed`. */
export async function saveLog(client: Client, target: ConsoleTarget, name: string): Promise<void> {
  const { base64 } = await client.call('console.log', { target, maxBytes: LOG_BYTES })
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  saveFile(name, 'log', bytes, 'text/plain')
}
