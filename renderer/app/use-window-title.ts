import { useEffect } from 'react'

import type { Route } from '../state/route.ts'
import { useVmEntry } from '../state/vm-store.ts'

/** Names the screen in the window's title. Only names that the user gave stand here, never text from a guest. */
export function useWindowTitle(route: Route): void {
  const machineName = useVmEntry(route.kind === 'machine' ? route.id : '')?.name
  const screen =
    route.kind === 'machine'
      ? (machineName ?? 'Machine')
      : {
          machines: 'Machines',
          create: 'New machine',
          images: 'Images',
          containers: 'Containers',
          container: 'Container',
          host: 'Host',
          disks: 'Disks',
          trash: 'Trash',
        }[route.kind]
  useEffect(() => {
    document.title = `${screen} - Petri`
  }, [screen])
}
