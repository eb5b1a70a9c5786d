import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'

import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'

interface JobNoticeProps {
  /** Of the notification around it. */
  readonly id: string
  readonly text: string
  /** What the button to the drawer says. */
  readonly more: string
}

/** What a notification says of a job, with the way to the drawer. */
export function JobNotice({ id, text, more }: JobNoticeProps) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <span className="wrap-anywhere">{text}</span>
      <Button
        size="compact-sm"
        variant="light"
        onClick={() => {
          notifications.hide(id)
          setJobDrawerOpen(true)
        }}
      >
        {more}
      </Button>
    </Group>
  )
}
