import { Alert, Code, CopyButton, List, Text, UnstyledButton } from '@mantine/core'
import { CircleAlert, MessageCircleQuestion, Unplug } from 'lucide-react'
import { useStore } from 'zustand'

import type { VmArchitecture } from '#contract/vm-spec'

import { silenceCauses } from './silent-console.ts'
import { bytesText } from './terminal-notices.ts'
import type { TerminalSession } from './terminal-session.ts'

/** Says what the black rectangle below cannot: silence, input nobody takes, a console that is over. */
export function TerminalNotices({ session }: { readonly session: TerminalSession }) {
  const standing = useStore(session.state, (state) => state.standing)
  const silent = useStore(session.state, (state) => state.silent)
  const droppedBytes = useStore(session.state, (state) => state.droppedBytes)

  return (
    <div className="terminal-notices" role="status">
      {standing.kind === 'closed' && (
        <Alert variant="light" color="gray" radius={0} py={6} icon={<Unplug size={16} aria-hidden />}>
          {standing.reason}
        </Alert>
      )}
      {droppedBytes > 0 && (
        <Alert variant="light" color="orange" radius={0} py={6} icon={<CircleAlert size={16} aria-hidden />}>
          The guest is not reading its input: {bytesText(droppedBytes)} were not typed.
        </Alert>
      )}
      {silent && session.architecture !== undefined && <SilentConsole architecture={session.architecture} />}
    </div>
  )
}

function SilentConsole({ architecture }: { readonly architecture: VmArchitecture }) {
  return (
    <Alert
      variant="light"
      color="blue"
      radius={0}
      icon={<MessageCircleQuestion size={16} aria-hidden />}
      title="Nothing has come from the serial port yet"
    >
      <Text size="sm" mb={6}>
        The machine runs. Reasons why a guest stays silent here, the likeliest first:
      </Text>
      <List size="sm" spacing={6}>
        {silenceCauses(architecture).map(({ cause, cure, command }) => (
          <List.Item key={cause}>
            <strong>{cause}</strong> {cure} {command !== undefined && <CopyableCode text={command} />}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

function CopyableCode({ text }: { readonly text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} aria-label={`Copy ${text}`}>
          <Code>{text}</Code>{' '}
          {copied ? (
            <Text span size="xs">
              copied
            </Text>
          ) : null}
        </UnstyledButton>
      )}
    </CopyButton>
  )
}
