/** Something a person has to decide before the session goes on. */
export interface PasteQuestion {
  readonly text: string
  readonly lines: number
  answer(agreed: boolean): void
}

/** What a session shows around its terminal. */
export interface TerminalState {
  readonly standing:
    | { readonly kind: 'opening' }
    | { readonly kind: 'live' }
    /** Nothing is connected now; the machine may come back. */
    | { readonly kind: 'idle'; readonly reason: string }
    /** Over, or the connection was lost. */
    | { readonly kind: 'closed'; readonly reason: string }
  /** Switched on some seconds ago and has not printed a byte. */
  readonly silent: boolean
  /** Output that was passed over since the terminal was opened, in bytes. */
  readonly skippedBytes: number
  /** Typed or pasted input that the guest did not take, since it last took some, in bytes. */
  readonly droppedBytes: number
  /** What the guest calls itself: guest-controlled text, to be shown only beside the machine's name. */
  readonly title: string
  readonly searching: boolean
  /** Matches of the search, 1-based; index 0: no match is marked. */
  readonly matches: { readonly index: number; readonly count: number }
  readonly hasSelection: boolean
  /** The newest line is in view, so new output scrolls. */
  readonly following: boolean
  readonly question: PasteQuestion | undefined
}

export const initialTerminalState: TerminalState = {
  standing: { kind: 'opening' },
  silent: false,
  skippedBytes: 0,
  droppedBytes: 0,
  title: '',
  searching: false,
  matches: { index: 0, count: 0 },
  hasSelection: false,
  following: true,
  question: undefined,
}
