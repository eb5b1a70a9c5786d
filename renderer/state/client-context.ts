import { createContext, useContext } from 'react'

import type { Client } from '../api/client.ts'

export const ClientContext = createContext<Client | undefined>(undefined)

/** The window's client; throws outside of `<ClientContext value>`, which is a mistake in the program. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('useClient outside of ClientContext')
  return client
}
