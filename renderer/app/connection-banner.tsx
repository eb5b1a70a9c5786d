import { Loader } from '@mantine/core'

import { useConnectionStore } from '../state/connection-store.ts'

/** Says that the owner cannot be reached; it goes by itself when the connection is back. */
export function ConnectionBanner() {
  const connected = useConnectionStore((store) => store.connected)
  return (
    <div role="status" aria-live="polite">
      {!connected && (
        <div className="connection-banner">
          <Loader size={14} color="currentColor" />
          <span>
            <strong>Connection lost.</strong> What is shown may be old. Running machines are not affected; trying again.
          </span>
        </div>
      )}
    </div>
  )
}
