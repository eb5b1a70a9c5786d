import type { ElectronApplication } from 'playwright/test'

import type { FileDialog } from './tour-mouse.ts'

/** The system's own dialog cannot be clicked by a driver: the next one is answered with the path. */
export function answerFileDialog(electron: ElectronApplication): FileDialog {
  return async (path) =>
    await electron.evaluate(({ dialog }, filePath) => {
      const { showOpenDialog } = dialog
      dialog.showOpenDialog = async () => {
        dialog.showOpenDialog = showOpenDialog
        return { canceled: false, filePaths: [filePath] }
      }
    }, path)
}
