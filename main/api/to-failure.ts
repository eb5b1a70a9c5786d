import { z } from 'zod'

import { fieldPath } from '#contract/field-path'
import type { Failure } from '#contract/failure'
import { QmpConnectionError, QmpError } from '../services/qemu/qmp-client.ts'
import { RefusedError } from '../services/refused-error.ts'
import { CommandError } from '../system/process/run-command.ts'
import { PtyUnavailableError } from '../system/pty/pty-channel.ts'
import { UnsafeFolderError } from '../system/user-dirs.ts'

/** Turns whatever was thrown into what a person gets to read. The one place that does. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RefusedError) return error.failure
  if (error instanceof QmpConnectionError) return qmpConnectionFailure(error)
  if (error instanceof QmpError)
    return { code: 'command-failed', title: `QEMU refused ${error.command}`, evidence: error.message }
  if (error instanceof CommandError) return commandFailure(error)
  if (error instanceof z.ZodError) return badRequest(error)
  if (error instanceof PtyUnavailableError)
    return {
      code: 'unavailable',
      title: 'Programs in a terminal cannot be run',
      evidence: error.message,
      cure: {
        text: 'Build it with the tools that npm start names.',
        command: 'npm rebuild node-pty --ignore-scripts=false',
      },
    }
  if (error instanceof UnsafeFolderError)
    return {
      code: 'unavailable',
      title: 'A folder of Petri is not safe to use',
      evidence: error.message,
      cure: { text: 'Make it yours alone, or set PETRI_HOME to a folder that is.', command: `ls -ld ${error.path}` },
    }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', title: 'Cancelled' }
  return fileFailure(error) ?? internal(error)
}

function qmpConnectionFailure(error: QmpConnectionError): Failure {
  const titles = {
    silent: 'The machine does not answer',
    closed: 'The machine has ended',
    babble: 'The monitor of the machine cannot be understood',
  }
  return {
    code: error.kind === 'closed' ? 'conflict' : 'not-answering',
    title: titles[error.kind],
    evidence: error.message,
    ...(error.kind === 'silent' && {
      cause: 'Its process is stopped, or this host is very busy. It is not taken for gone.',
      cure: { text: 'Wait, or power it off.' },
    }),
  }
}

function commandFailure(error: CommandError): Failure {
  const program = error.argv[0] ?? 'A program'
  if (error.reason === 'cancelled') return { code: 'cancelled', title: `${program} was cancelled` }
  if (error.reason === 'not-started')
    return {
      code: 'unavailable',
      title: `${program} could not be started`,
      evidence: error.stderrTail,
      cure: { text: 'Petri’s host check names the package that is missing.', command: 'petri doctor' },
    }
  const last = error.stderrTail.trim().split('\n').at(-1)
  return {
    code: /no space left/i.test(error.stderrTail) ? 'no-space' : 'command-failed',
    title: error.reason === 'timed-out' ? `${program} took too long` : `${program} failed`,
    evidence: last || `exit code ${error.exitCode ?? error.signal ?? 'unknown'}`,
    raw: `${error.argv.join(' ')}\n${error.stderrTail}`,
  }
}

function badRequest(error: z.ZodError): Failure {
  const problems = error.issues.map((issue) => ({
    field: fieldPath(issue.path),
    code: 'schema',
    severity: 'error' as const,
    message: issue.message,
  }))
  const first = problems[0]
  return {
    code: 'bad-request',
    title: 'The request is not valid',
    evidence: first ? `${first.field || 'request'}: ${first.message}` : undefined,
    problems,
  }
}

const fileFailures: Readonly<Record<string, Pick<Failure, 'code' | 'title' | 'cure'>>> = {
  ENOSPC: {
    code: 'no-space',
    title: 'The disk is full',
    cure: { text: 'Free some space and try again.', command: 'df -h' },
  },
  EDQUOT: { code: 'no-space', title: 'Your disk quota is used up' },
  EROFS: { code: 'read-only', title: 'The file system is read-only' },
  EACCES: { code: 'read-only', title: 'A file may not be opened' },
  EPERM: { code: 'read-only', title: 'An operation is not permitted' },
  ENOENT: { code: 'not-found', title: 'A file is missing' },
  EEXIST: { code: 'conflict', title: 'A file exists already' },
  EMFILE: {
    code: 'unavailable',
    title: 'Too many files are open',
    cure: { text: 'Raise the limit of open files.', command: 'ulimit -n' },
  },
  EIO: { code: 'command-failed', title: 'The disk reports an error' },
}

function fileFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const known = fileFailures[error.code]
  return known && { ...known, evidence: error.message }
}

function internal(error: unknown): Failure {
  return {
    code: 'internal',
    title: 'Petri made a mistake',
    evidence: error instanceof Error ? error.message : String(error),
    cure: { text: 'Please report this with the raw output.' },
    ...(error instanceof Error && error.stack !== undefined && { raw: error.stack }),
  }
}
