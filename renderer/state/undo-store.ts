/** What can be taken back while its toast is shown, the newest last. Nothing draws it, so it is no store of React's. */
const offers: (() => void)[] = []

/** Offers to take something back; the result ends the offer. */
export function offerUndo(act: () => void): () => void {
  offers.push(act)
  return () => {
    const index = offers.lastIndexOf(act)
    if (index !== -1) offers.splice(index, 1)
  }
}

/** Takes back what was offered last and not taken back yet; false when nothing is offered. */
export function undoLast(): boolean {
  const act = offers.pop()
  act?.()
  return act !== undefined
}
