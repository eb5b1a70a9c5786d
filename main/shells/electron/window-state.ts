import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** A rectangle on the desktop, in device-independent pixels. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What is kept of the last window. */
export interface WindowState {
  readonly bounds?: Rectangle
  readonly maximized?: boolean
  /** The user has been told once that machines run on without the window. */
  readonly toldMachinesRunOn?: boolean
}

const MIN_SIZE = { width: 720, height: 480 }
const DEFAULT_SIZE = { width: 1240, height: 820 }
/** So much of the title bar must be on a display for a window to be dragged back. */
const MIN_VISIBLE = { width: 120, height: 40 }

/**
 * What was kept of the last window; nothing when there is no readable file. Read by hand and not with zod, because the
 * window opens before anything else is loaded.
 */
export function readWindowState(file: string): WindowState {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof kept !== 'object' || kept === null) return {}
    return {
      ...('bounds' in kept && isRectangle(kept.bounds) && { bounds: kept.bounds }),
      maximized: 'maximized' in kept && kept.maximized === true,
      toldMachinesRunOn: 'toldMachinesRunOn' in kept && kept.toldMachinesRunOn === true,
    }
  } catch {
    return {}
  }
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false
  const numbers: ReadonlyMap<string, unknown> = new Map(Object.entries(value))
  return ['x', 'y', 'width', 'height'].every((name) => Number.isSafeInteger(numbers.get(name)))
}

/** Replaces the file. A failure is not worth a word to anybody: the next window opens at its default place. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.tmp`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${file}.tmp`, file)
  } catch {
    return
  }
}

/**
 * Where the window opens: where it was, when its title bar can still be reached on one of the displays, else the default
 * size in the middle. `workAreas` are the displays without panels, the first one the main one.
 */
export function windowBounds(
  kept: Rectangle | undefined,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & typeof MIN_SIZE {
  const area = kept && workAreas.find((each) => canReach(kept, each))
  const [main] = workAreas
  const size = { width: kept?.width ?? DEFAULT_SIZE.width, height: kept?.height ?? DEFAULT_SIZE.height }
  const limit = area ?? main ?? DEFAULT_SIZE
  const fitted = {
    width: Math.max(MIN_SIZE.width, Math.min(size.width, limit.width)),
    height: Math.max(MIN_SIZE.height, Math.min(size.height, limit.height)),
  }
  return area ? { x: kept.x, y: kept.y, ...fitted } : fitted
}

function canReach(bounds: Rectangle, area: Rectangle): boolean {
  const visible = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  const belowTop = bounds.y >= area.y && bounds.y <= area.y + area.height - MIN_VISIBLE.height
  return visible >= MIN_VISIBLE.width && belowTop
}
