/** Saves bytes as a download. `name` may be any text; the file gets the letters, digits and dashes of it. */
export function saveFile(name: string, extension: string, bytes: Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName(name)}.${extension}`
  link.click()
  URL.revokeObjectURL(url)
}

function fileName(name: string): string {
  return (
    name
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 80) || 'petri'
  )
}
