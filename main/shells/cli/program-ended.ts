/** A program that a command ran on behalf of the person has ended; Petri ends with the same exit code and says nothing. */
export class ProgramEnded extends Error {
  override readonly name = 'ProgramEnded'
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}
