/**
 * Reads what `qemu-img … -p` prints; the function gives the progress 0..1, or undefined while no whole figure has come.
 * Figures end in \r, and a chunk may end inside one (seen with qemu-img 7.2).
 */
export function convertProgress(): (chunk: string) => number | undefined {
  let rest = ''
  return (chunk) => {
    const text = rest + chunk
    rest = text.slice(text.lastIndexOf(')') + 1).slice(-64)
    const last = [...text.matchAll(/\((\d+(?:\.\d+)?)\/100%\)/g)].at(-1)?.[1]
    return last === undefined ? undefined : Math.min(1, Number(last) / 100)
  }
}
