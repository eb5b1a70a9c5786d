import type { MachineEntry } from '#contract/vm-state'
import { createContext, useContext, useEffect, useState } from 'react'

import { type createPictureQueue, isOn, type MachinePicture } from './machine-pictures.ts'

/** How long a tile has to be in sight before its picture is asked for, in ms: not while it is scrolled past. */
const FIRST_MS = 400
const EVERY_MS = 5_000

/** The queue that all tiles of a grid share. */
export const PictureContext = createContext<ReturnType<typeof createPictureQueue> | undefined>(undefined)

/** The machine's screen, or its last serial lines; taken again only while somebody looks at the grid. */
export function TilePicture({ entry }: { readonly entry: MachineEntry }) {
  const ask = useContext(PictureContext)
  const [picture, setPicture] = useState<MachinePicture>()
  useEffect(() => {
    if (ask === undefined) return
    let timer: ReturnType<typeof setTimeout>
    let isInSight = true
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const seen = await ask(entry, () => isInSight)
        if (!isInSight) return
        setPicture(seen)
      }
      if (isOn(entry) || document.hidden) timer = setTimeout(() => void look(), EVERY_MS)
    }
    timer = setTimeout(() => void look(), FIRST_MS)
    return () => {
      isInSight = false
      clearTimeout(timer)
    }
  }, [ask, entry])
  if (picture === undefined) return <span />
  return picture.kind === 'screen' ? (
    <img className="tile-picture" src={picture.source} alt={`Screen of ${entry.name}`} draggable={false} />
  ) : (
    <pre className="tile-picture" aria-hidden>
      {picture.text}
    </pre>
  )
}
