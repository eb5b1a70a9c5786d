import type { Failure } from '#contract/failure'
import { notifications } from '@mantine/notifications'

/** A toast for a refusal that has no place of its own on the screen. */
export function tellFailure(failure: Failure): void {
  notifications.show({
    color: 'red',
    title: failure.title,
    message: [failure.evidence, failure.cure?.text].filter((text) => text !== undefined).join('. '),
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}
