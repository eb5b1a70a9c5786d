import type { Locator } from 'playwright/test'

export type TourScreen = 'Machines' | 'Images' | 'New machine'

/** What a person does with one kind of input device. Every step is the same; only the hands differ. */
export interface TourDriver {
  /** Goes to one of the window's screens. */
  goTo(screen: TourScreen): Promise<void>
  /** Presses a button, a link, a tab, a card or an item of a list that is in sight. */
  press(target: Locator): Promise<void>
  /** Opens a menu by its button and takes one of the items. */
  choose(menuButton: Locator, item: string): Promise<void>
  /** Takes an option of a list that a field opens. */
  pick(field: Locator, option: RegExp): Promise<void>
  /** Replaces what a field holds. */
  write(field: Locator, text: string): Promise<void>
  /** Names a file in a field that asks for one. */
  nameFile(field: Locator, path: string): Promise<void>
  /** Gives the guest a line, without Enter; the machine's screen is in sight. */
  typeIntoGuest(screen: Locator, line: string): Promise<void>
  /** Gives the guest an Enter. */
  enterIntoGuest(screen: Locator): Promise<void>
  /** Takes back what a toast offers to take back. */
  undo(): Promise<void>
}
