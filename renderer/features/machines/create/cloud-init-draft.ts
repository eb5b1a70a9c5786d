import { type CloudInitInput, cloudInitSchema } from '#contract/cloud-init'
import type { Problem } from '#contract/problem'

/** What the cloud-init form holds, as typed. */
export interface CloudInitDraft {
  readonly enabled: boolean
  readonly user: string
  readonly password: string
  /** One public key a line. */
  readonly sshKeys: string
  readonly hostname: string
  /** Separated by blanks. */
  readonly packages: string
}

export const noCloudInit: CloudInitDraft = {
  enabled: false,
  user: '',
  password: '',
  sshKeys: '',
  hostname: '',
  packages: '',
}

export interface CheckedCloudInit {
  readonly wish?: CloudInitInput
  /** The first message of each field. */
  readonly problems: Readonly<Partial<Record<keyof CloudInitDraft, string>>>
}

/** The wish that the form amounts to, or what is wrong beside each field. */
export function checkedCloudInit(draft: CloudInitDraft): CheckedCloudInit {
  if (!draft.enabled) return { problems: {} }
  const wish = {
    user: draft.user.trim(),
    ...(draft.password === '' ? {} : { password: draft.password }),
    sshKeys: words(draft.sshKeys, /\r?\n/),
    ...(draft.hostname.trim() === '' ? {} : { hostname: draft.hostname.trim() }),
    packages: words(draft.packages, /[\s,]+/),
  }
  const parsed = cloudInitSchema.safeParse(wish)
  if (parsed.success) return { wish, problems: {} }
  const problems: Partial<Record<string, string>> = {}
  for (const { path, message } of parsed.error.issues) problems[String(path[0])] ??= message
  return { problems }
}

/** The same beside the machine's own, for the list that leads to the fields. */
export function cloudInitProblems({ problems }: CheckedCloudInit): readonly Problem[] {
  return Object.entries(problems).map(([field, message]) => ({
    field: `cloudInit.${field}`,
    code: 'cloud-init',
    severity: 'error',
    message: `First start: ${message}`,
  }))
}

const words = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((word) => word.trim())
    .filter((word) => word !== '')
