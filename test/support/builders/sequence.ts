let last = 0

/** A number that no other call in this test process gives. */
export function next(): number {
  last += 1
  return last
}
