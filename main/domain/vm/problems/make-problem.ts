import type { Problem } from '#contract/problem'

/** `field`: path in the spec; `message`: what and why; `cure`: what to do about it. */
export function error(field: string, code: string, message: string, cure?: string): Problem {
  return { field, code, severity: 'error', message, ...(cure === undefined ? {} : { cure }) }
}

export function warning(field: string, code: string, message: string, cure?: string): Problem {
  return { ...error(field, code, message, cure), severity: 'warning' }
}
