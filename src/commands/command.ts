/** A command of the command line; answers the exit code. */
export type Command = (args: readonly string[]) => Promise<number>
