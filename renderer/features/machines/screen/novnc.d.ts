/** The part of noVNC 1.7 that Petri uses; it comes without types. See its docs/API.md. */
declare module '@novnc/novnc' {
  export interface RfbChannel {
    binaryType: string
    readonly protocol: string
    readonly readyState: 'connecting' | 'open' | 'closing' | 'closed'
    onopen: ((event: unknown) => void) | null
    onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null
    onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
    onerror: ((event: unknown) => void) | null
    send(bytes: Uint8Array): void
    close(): void
  }

  export interface RfbEvents {
    connect: CustomEvent<unknown>
    disconnect: CustomEvent<{ readonly clean: boolean }>
    securityfailure: CustomEvent<{ readonly status: number; readonly reason?: string }>
    credentialsrequired: CustomEvent<unknown>
    desktopname: CustomEvent<{ readonly name: string }>
    clipboard: CustomEvent<{ readonly text: string }>
  }

  export default class RFB {
    constructor(target: HTMLElement, channel: RfbChannel, options?: { readonly shared?: boolean })
    scaleViewport: boolean
    clipViewport: boolean
    focusOnClick: boolean
    background: string
    addEventListener<E extends keyof RfbEvents>(name: E, listener: (event: RfbEvents[E]) => void): void
    disconnect(): void
    focus(): void
    blur(): void
    sendKey(keysym: number, code: string | null, down?: boolean): void
  }
}
