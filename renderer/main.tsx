import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/mantine.css'
import './styles/base.css'
import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { createClient } from './api/client.ts'
import { connectBridge } from './api/connect-bridge.ts'
import { App } from './app/app.tsx'
import { applyColorScheme } from './app/apply-color-scheme.ts'
import { ClientContext } from './state/client-context.ts'
import { syncStores } from './state/sync-stores.ts'
import { theme } from './styles/theme.ts'

applyColorScheme()

/**
 * Connects and draws. A function and not the module itself: what it loads later imports this module's chunk, and a
 * module that waits for its own importers waits for ever.
 */
async function openWindow(): Promise<void> {
  const bridge = await connectBridge()
  const client = import.meta.env.DEV
    ? createClient(bridge, (await import('./api/check-result.ts')).checkResult)
    : createClient(bridge)
  syncStores(client)

  const root = document.querySelector('#root')
  if (root === null) return
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <ClientContext value={client}>
          <ModalsProvider>
            <App />
            <Notifications position="bottom-right" />
          </ModalsProvider>
        </ClientContext>
      </MantineProvider>
    </StrictMode>,
  )
}

void openWindow()
