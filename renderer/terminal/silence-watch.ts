import { CONSOLE_SILENT_AFTER_MS, type ConsoleMarker } from '#contract/console'

/** Notices a machine that was switched on and prints nothing. */
export interface SilenceWatch {
  marker(marker: ConsoleMarker): void
  /** Output came: from now on the machine is not silent. */
  output(): void
  stop(): void
}

/** `onChange` is called with true after CONSOLE_SILENT_AFTER_MS without a byte, with false when one comes after all. */
export function createSilenceWatch(now: () => number, onChange: (silent: boolean) => void): SilenceWatch {
  let timer: number | undefined
  let silent = false

  function stop(): void {
    clearTimeout(timer)
    timer = undefined
    if (!silent) return
    silent = false
    onChange(false)
  }

  return {
    marker(marker) {
      stop()
      if (marker.kind !== 'power-on') return
      // The two clocks may differ (a window in a browser elsewhere): never wait longer than the whole time.
      const passed = Math.max(0, now() - Date.parse(marker.at))
      timer = window.setTimeout(
        () => {
          silent = true
          onChange(true)
        },
        Math.max(0, CONSOLE_SILENT_AFTER_MS - passed),
      )
    },
    output: stop,
    stop,
  }
}
