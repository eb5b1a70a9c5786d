import { expect, it } from 'vitest'
import { z } from 'zod'

import { runCommand } from '../../../main/system/process/run-command.ts'
import { buildScript } from '../../support/build-script.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { soakSize } from '../soak-size.ts'

const trials = soakSize({ short: 100, full: 1_000 })

it(`signals no wrong process in ${trials} trials with recycled pids`, async () => {
  await using folder = await temporaryFolder()
  const script = await buildScript('tests/soak/recycled-pid/recycle-pids.ts', folder.path)
  const { stdout } = await runCommand(
    [
      'unshare',
      '--user',
      '--map-root-user',
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      process.execPath,
      script,
      String(trials),
    ],
    { timeoutMs: 600_000 },
  )
  const result = z.object({ recycled: z.number(), wronglySignalled: z.number() }).parse(JSON.parse(stdout))
  console.log(`recycled pids: ${stdout.trim()}`)
  expect(result.wronglySignalled).toBe(0)
  // A trial counts only when the number really came round again.
  expect(result.recycled).toBeGreaterThanOrEqual(trials * 0.95)
}, 700_000)
