/** Whether node-pty's native part was built for this Node and loads. */
export async function canOpenPty(): Promise<boolean> {
  return await import('node-pty').then(
    () => true,
    () => false,
  )
}
