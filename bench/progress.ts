/** Says on standard error what is being done, so that standard output is the table alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** A listener that reports every tenth of a long job. */
export function tenths(job: string, total: number): (done: number) => void {
  let shown = 0
  return (done) => {
    const tenth = Math.floor((done * 10) / total)
    if (tenth === shown) return
    shown = tenth
    say(`${job}: ${tenth * 10} %`)
  }
}
