export const machineTabs = ['serial', 'screen', 'overview', 'snapshots', 'settings', 'command', 'log'] as const
export type MachineTab = (typeof machineTabs)[number]

export const containersViews = ['list', 'new', 'program', 'binfmt'] as const
export type ContainersView = (typeof containersViews)[number]

/** Which screen is shown. `tab` of a machine is a fixed tab, or `run-<id>` for a throwaway run. */
export type Route =
  | { readonly kind: 'machines' }
  | { readonly kind: 'machine'; readonly id: string; readonly tab: MachineTab | `run-${string}` }
  | { readonly kind: 'create' }
  | { readonly kind: 'images' }
  | { readonly kind: 'host' }
  | { readonly kind: 'containers'; readonly view: ContainersView }
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'trash' }
  /** `path`: the disk or folder that is looked at; with `step`, the wizard for it. */
  | { readonly kind: 'disks'; readonly path?: string; readonly step?: 'convert' }

/** Reads the part of the address after `#`; whatever is unknown is the library. */
export function parseRoute(hash: string): Route {
  const [, screen, id, tab] = hash.replace(/^#/, '').split('/')
  if (screen === 'host' || screen === 'images' || screen === 'trash') return { kind: screen }
  if (screen === 'create') return { kind: 'create' }
  if (screen === 'containers')
    return { kind: 'containers', view: containersViews.find((view) => view === id) ?? 'list' }
  if (screen === 'container' && id !== undefined && /^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    return { kind: 'container', id }
  if (screen === 'disks') return diskRoute(id, tab)
  if (screen === 'machines' && id !== undefined && /^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) {
    return { kind: 'machine', id, tab: parseTab(tab) }
  }
  return { kind: 'machines' }
}

export function formatRoute(route: Route): string {
  if (route.kind === 'machine') return `#/machines/${route.id}/${route.tab}`
  if (route.kind === 'containers') return `#/containers/${route.view}`
  if (route.kind === 'container') return `#/container/${route.id}`
  if (route.kind === 'disks' && route.path !== undefined)
    return `#/disks/${encodeURIComponent(route.path)}${route.step === undefined ? '' : `/${route.step}`}`
  return `#/${route.kind}`
}

/** The path stands in the address in one piece. */
function diskRoute(encoded: string | undefined, step: string | undefined): Route {
  const path = decoded(encoded ?? '')
  if (path === undefined || !path.startsWith('/')) return { kind: 'disks' }
  return { kind: 'disks', path, ...(step === 'convert' && { step }) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // an address that was typed or cut by hand
  }
}

function parseTab(text: string | undefined): MachineTab | `run-${string}` {
  if (text?.startsWith('run-') === true) return `run-${text.slice(4)}`
  return machineTabs.find((tab) => tab === text) ?? 'serial'
}
