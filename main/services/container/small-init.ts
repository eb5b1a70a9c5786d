import { chmod, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { writeDurableFile } from '../../system/files/write-durable-file.ts'

/**
 * Process 1 of a container for hosts with an x86-64 processor: 688 bytes that run natively, so that a container at rest
 * costs no emulator. It collects ended programs; on SIGTERM, SIGINT or SIGPWR it asks all others to end (SIGTERM, SIGCONT),
 * waits until there are none, at most three seconds, and ends. As C, linked with -nostdlib -static -Os:
 *
 *   rt_sigprocmask(SIG_BLOCK, all);
 *   for (;;) { while (wait4(-1, 0, WNOHANG, 0) > 0); s = rt_sigtimedwait(all, 0, 0); if (s == 15 || s == 30 || s == 2) break; }
 *   kill(-1, SIGTERM); kill(-1, SIGCONT);
 *   for (i = 0; i < 30; i++) { while (wait4(-1, 0, WNOHANG, 0) > 0); if (kill(-1, 0) == -ESRCH) break; nanosleep(0.1 s); }
 *   exit(0);
 */
const X86_64 =
  '7f454c4602010100000000000000000002003e0001000000b0004000000000004000000000000000f00100000000000000000000' +
  '4000380002004000030002000100000005000000b000000000000000b000400000000000b0004000000000002801000000000000' +
  '2801000000000000010000000000000051e574640600000000000000000000000000000000000000000000000000000000000000' +
  '0000000000000000000000001000000000000000415631c031d241ba0800000041554889d7415455534c8d4c24e848894424f0b8' +
  '0e00000048c74424e8ffffffff4c89ce48c74424f800e1f5050f0541bc3d0000004883cbff41bd0100000041be8000000048c7c5' +
  'fb7fffbf4531c04531d24c89e04889df4c89c64c89ea0f054885c07fe741ba080000004c89f04c89cf4c89c20f054883f81e77d0' +
  '89c14889ee48d3fe4889f0a80175c141b93e0000004531d2be0f0000004889df4c89c80f05be120000004c89c80f0541b81e0000' +
  '0041bc3d0000004983c9ff41bd0100000041be3e000000488d6c24f0bb230000004531d231f64c89e04c89cf4c89ea0f054885c0' +
  '7feb4c89f04889f20f054883f8fd740d4889d84889ef0f0541ffc875d031d24531d2b83c0000004889d74889d60f055b5d415c41' +
  '5d415ec3002e7368737472746162002e746578740000000000000000000000000000000000000000000000000000000000000000' +
  '000000000000000000000000000000000000000000000000000000000000000000000000000000000b0000000100000006000000' +
  '00000000b000400000000000b0000000000000002801000000000000000000000000000001000000000000000000000000000000' +
  '010000000300000000000000000000000000000000000000d8010000000000001100000000000000000000000000000001000000' +
  '000000000000000000000000'

/** Puts the small init into the cache, once; undefined on hosts for which there is none. */
export async function placeSmallInit(cacheFolder: string, nodeArch: string): Promise<string | undefined> {
  if (nodeArch !== 'x64') return undefined
  const bytes = Buffer.from(X86_64, 'hex')
  const path = join(cacheFolder, 'container-init')
  const found = await stat(path).catch(() => undefined)
  if (found?.size === bytes.length && (found.mode & 0o111) !== 0) return path
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  await writeDurableFile(path, bytes)
  await chmod(path, 0o755)
  return path
}
