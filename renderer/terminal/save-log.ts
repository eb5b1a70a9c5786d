import type { ConsoleTarget } from '#contract/console'

import type { Client } from '../api/client.ts'

const LOG_BYTES = 16 * 1024 * 1024

/** Saves the console's log, newest 16 MiB, as a download named after `name`. Throws `CallFailed`. */
export async function saveLog(client: Client, target: ConsoleTarget, name: string): Promise<void> {
  const { base64 } = await client.call('console.log', { target, maxBytes: LOG_BYTES })
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName(name)}.log`
  link.click()
  URL.revokeObjectURL(url)
}

/** Names are text for people; a file gets the letters, digits and dashes of it. */
function fileName(name: string): string {
  return (
    name
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 80) || 'console'
  )
}
