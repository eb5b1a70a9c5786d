/** Names of what passes between Electron's main process and its window; the arguments are those of `PetriBridge`. */
export const ipcChannels = {
  /** Invoked: (name, params, callId) -> CallOutcome as JSON. */
  call: 'petri:call',
  /** Invoked: (title) -> path or undefined. */
  chooseFile: 'petri:choose-file',
  /** To the main process: () when a page begins; its process has all that it needs to set itself up. */
  begin: 'petri:begin',
  /** To the main process: (callId), (channel, target), (channel, frame), (channel), (url). */
  cancel: 'petri:cancel',
  consoleOpen: 'petri:console-open',
  consoleSend: 'petri:console-send',
  consoleClose: 'petri:console-close',
  openExternal: 'petri:open-external',
  /** To the window: (event), (connected), (channel, frame). */
  event: 'petri:event',
  connection: 'petri:connection',
  consoleFrame: 'petri:console-frame',
} as const
