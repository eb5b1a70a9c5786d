import { type Problem } from '#contract/problem'

import { fieldPath } from './schema-problems.ts'

type Path = readonly (string | number)[]

/** One `key=value` of `petri set`. `text` is the value as typed; `value` is it as JSON where it is JSON. */
export interface Assignment {
  readonly path: Path
  readonly text: string
  readonly value: unknown
}

/** Reads `memoryMiB=512`, `disks[0].cache=none`, `tags=["a","b"]`. All that cannot be read is reported at once. */
export function readAssignments(texts: readonly string[]): { assignments: Assignment[]; problems: Problem[] } {
  const assignments: Assignment[] = []
  const problems: Problem[] = []
  for (const text of texts) {
    const equals = text.indexOf('=')
    const path = equals < 1 ? undefined : readPath(text.slice(0, equals))
    if (path === undefined) {
      problems.push(assignmentProblem(text, 'not-an-assignment', 'is not of the form key=value'))
    } else {
      const value = text.slice(equals + 1)
      assignments.push({ path, text: value, value: jsonOrText(value) })
    }
  }
  return { assignments, problems }
}

/** A path as the spec writes it: names joined by dots, places in lists in brackets. Undefined: it is none. */
export function readPath(text: string): Path | undefined {
  if (!/^[A-Za-z]\w*(?:\.[A-Za-z]\w*|\[\d+\])*$/.test(text)) return undefined
  const keys = text.match(/\w+/g) ?? []
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key))
}

/**
 * The object with one value set in it; a list grows by one when the place after its end is named.
 * Returns a problem when the path leads through something that is neither an object nor a list, or past a list's end.
 */
export function assignValue(target: unknown, path: Path, value: unknown): { changed: unknown } | { problem: Problem } {
  const [key, ...rest] = path
  if (key === undefined) return { changed: value }
  const container = target ?? (typeof key === 'number' ? [] : {})
  if (typeof container !== 'object') return noSuchPlace(path, 'leads through a plain value')
  if (Array.isArray(container)) {
    const list: readonly unknown[] = container
    if (typeof key !== 'number') return noSuchPlace(path, 'is a list: name a place in it, such as [0]')
    if (key > list.length) return noSuchPlace(path, `is past the end of the list, which has ${list.length} entries`)
    const inner = assignValue(list[key], rest, value)
    return 'problem' in inner ? within(inner.problem, key) : { changed: list.toSpliced(key, 1, inner.changed) }
  }
  if (typeof key === 'number') return noSuchPlace(path, 'is not a list')
  const before: unknown = Object.hasOwn(container, key) ? Reflect.get(container, key) : undefined
  const inner = assignValue(before, rest, value)
  return 'problem' in inner ? within(inner.problem, key) : { changed: { ...container, [key]: inner.changed } }
}

/** The object without one field or list entry; unchanged when there is no such place. */
export function removeValue(target: unknown, path: Path): unknown {
  const [key, ...rest] = path
  if (key === undefined || typeof target !== 'object' || target === null) return target
  if (Array.isArray(target)) {
    const list: readonly unknown[] = target
    if (typeof key !== 'number' || key >= list.length) return list
    return rest.length === 0 ? list.toSpliced(key, 1) : list.toSpliced(key, 1, removeValue(list[key], rest))
  }
  return Object.fromEntries(
    Object.entries(target).flatMap(([name, value]) => {
      if (name !== key) return [[name, value] as const]
      return rest.length === 0 ? [] : [[name, removeValue(value, rest)] as const]
    }),
  )
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const noSuchPlace = (path: Path, message: string): { problem: Problem } => ({
  problem: assignmentProblem(fieldPath(path.slice(0, 1)), 'no-such-place', message),
})

function within(problem: Problem, key: string | number): { problem: Problem } {
  const outer = fieldPath([key])
  const inner = problem.field.startsWith('[') ? problem.field : `.${problem.field}`
  return { problem: { ...problem, field: `${outer}${inner}` } }
}

const assignmentProblem = (field: string, code: string, message: string): Problem => ({
  field,
  code,
  severity: 'error',
  message,
})
