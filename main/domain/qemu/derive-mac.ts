import { checksum32 } from './node-name.ts'

/**
 * A card's address when the spec names none: QEMU's prefix 52:54:00 and three bytes that follow from machine and card,
 * so that a guest finds the same card after each start.
 */
export function deriveMac(uuid: string, networkId: string): string {
  const digits = checksum32(`${uuid}/${networkId}`)
  return `52:54:00:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}`
}
