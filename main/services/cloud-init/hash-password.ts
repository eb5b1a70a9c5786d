import { CommandError, runCommand } from '../../system/process/run-command.ts'
import { RefusedError } from '../refused-error.ts'

const LIMIT_MS = 20_000

/** The password as crypt(5) writes it, SHA-512. It goes to openssl over standard input, never as an argument. */
export async function hashPassword(password: string): Promise<string> {
  if (/[\0\r\n]/.test(password))
    throw new RefusedError({ code: 'invalid', title: 'A password cannot hold a line break or a NUL' })
  try {
    const { stdout } = await runCommand(['openssl', 'passwd', '-6', '-stdin'], {
      input: `${password}\n`,
      timeoutMs: LIMIT_MS,
    })
    return stdout.trim()
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason !== 'not-started') throw error
    throw new RefusedError(
      {
        code: 'unavailable',
        title: 'The password cannot be hashed: openssl is not installed',
        cure: { text: 'Install it, or give an SSH key instead.', command: 'sudo apt install openssl' },
      },
      error,
    )
  }
}
