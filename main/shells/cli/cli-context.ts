import { type App } from '../../api/app.ts'

/** A stream that text and bytes are written to. `columns` and `isTTY` are there when it is a terminal. */
export type CliOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** A stream that input comes from; `setRawMode` is there when it is a terminal. */
export type CliInput = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown }

/** A connection to the app: our own, or another process's. Whoever opens it closes it. */
export interface PetriSession {
  readonly app: App
  /** Folder for what exists only while Petri runs (sockets, links). */
  readonly runtimeFolder: string
  /** True when this process is the owner, for as long as it lives. */
  readonly isOwner: boolean
  /** Resolves when the owner at the other end is gone. Never, when this process is the owner. */
  readonly lost: Promise<void>
  close(): Promise<void>
}

/** Everything a command touches of the world around it. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute folder that relative paths on the command line start from. */
  readonly workingFolder: string
  readonly version: string
  readonly stdin: CliInput
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  /** Aborts on SIGINT and SIGTERM, and when nobody reads the output any more. */
  readonly signal: AbortSignal
  openSession(): Promise<PetriSession>
}
