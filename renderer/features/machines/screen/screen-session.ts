import type RFB from '@novnc/novnc'
import { createStore, type StoreApi } from 'zustand'

import type { Client } from '../../../api/client.ts'
import { guestClipboard, guestName } from './guest-text.ts'
import { openRfbChannel } from './rfb-channel.ts'

/** At most this often a guest's new name or clipboard text is taken note of, in ms. */
const GUEST_TEXT_EVERY_MS = 500

export interface ScreenState {
  readonly standing:
    | { readonly kind: 'connecting' }
    | { readonly kind: 'connected' }
    | { readonly kind: 'lost'; readonly reason: string }
  /** What the guest calls its desktop, made safe to show. */
  readonly name: string
  /** Text that the guest has put on its clipboard; it reaches this one only by a gesture. */
  readonly offered: string | undefined
  /** The guest gets every key. */
  readonly captured: boolean
}

/** The picture of one machine in one element, from mount to `dispose`. */
export interface ScreenSession {
  readonly state: StoreApi<ScreenState>
  setFit(fit: boolean): void
  focus(): void
  /** Gives the keyboard back and lets go of the keys of the combination that asked for it. */
  release(): void
  takeOffered(): void
  dispose(): void
}

/** The keys that may be down when the keyboard is given back: X keysym and the key's place. */
const modifiers = [
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
] as const

/** Connects to the screen of a running machine and shows it in `element`. */
export function openScreenSession(options: {
  readonly client: Client
  readonly vmId: string
  readonly element: HTMLElement
  /** Names the picture for screen readers. */
  readonly label: string
  /** Id of the text that tells the way out. */
  readonly describedBy: string
  readonly fit: boolean
}): ScreenSession {
  const { client, vmId, element } = options
  const state = createStore<ScreenState>(() => ({
    standing: { kind: 'connecting' },
    name: '',
    offered: undefined,
    captured: false,
  }))
  let rfb: RFB | undefined
  let { fit } = options
  let disposed = false
  let brokenBy: string | undefined
  const note = calmly((text: Partial<ScreenState>) => state.setState(text))

  const lost = (reason: string): void => {
    if (!disposed) state.setState({ standing: { kind: 'lost', reason }, captured: false })
  }

  void import('@novnc/novnc').then(
    ({ default: Rfb }) => {
      if (disposed) return
      const channel = openRfbChannel(
        (listener) => client.bridge.openConsole({ kind: 'screen', vmId }, listener),
        (reason) => {
          brokenBy = reason
          lost(reason)
        },
      )
      const opened = new Rfb(element, channel, { shared: true })
      rfb = opened
      opened.background = 'transparent'
      opened.scaleViewport = fit
      opened.clipViewport = false
      opened.addEventListener('connect', () => state.setState({ standing: { kind: 'connected' } }))
      opened.addEventListener('disconnect', () => lost(brokenBy ?? 'The connection to the screen was lost.'))
      opened.addEventListener('credentialsrequired', () => lost('The screen asks for a password, and Petri set none.'))
      opened.addEventListener('desktopname', ({ detail }) => note({ name: guestName(detail.name) }))
      opened.addEventListener('clipboard', ({ detail }) => note({ offered: guestClipboard(detail.text) || undefined }))
      nameCanvas(element.querySelector('canvas'))
    },
    () => lost('The part of Petri that draws screens could not be loaded.'),
  )

  function nameCanvas(canvas: HTMLCanvasElement | null): void {
    if (canvas === null) return
    canvas.tabIndex = 0
    canvas.setAttribute('role', 'application')
    canvas.setAttribute('aria-label', options.label)
    canvas.setAttribute('aria-describedby', options.describedBy)
    canvas.addEventListener('focus', () => state.setState({ captured: true }))
    canvas.addEventListener('blur', () => state.setState({ captured: false }))
  }

  return {
    state,
    setFit(next) {
      fit = next
      if (rfb) rfb.scaleViewport = next
    },
    focus: () => rfb?.focus(),
    release() {
      if (state.getState().standing.kind === 'connected')
        for (const [keysym, code] of modifiers) rfb?.sendKey(keysym, code, false)
      rfb?.blur()
    },
    takeOffered: () => state.setState({ offered: undefined }),
    dispose() {
      disposed = true
      note.end()
      rfb?.disconnect()
      element.replaceChildren()
    },
  }
}

/** Passes on the newest of what comes, at most every GUEST_TEXT_EVERY_MS: a guest may send thousands of names a second. */
function calmly(pass: (text: Partial<ScreenState>) => void) {
  let newest: Partial<ScreenState> = {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (text: Partial<ScreenState>): void => {
    newest = { ...newest, ...text }
    timer ??= setTimeout(() => {
      timer = undefined
      pass(newest)
      newest = {}
    }, GUEST_TEXT_EVERY_MS)
  }
  return Object.assign(later, { end: () => clearTimeout(timer) })
}
