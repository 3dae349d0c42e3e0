import { EvaluationError, UnsupportedExpression } from '../errors.ts'
import { parseRegex, type Regex } from './parse.ts'

/** Longer texts are not searched for replacement, which may cost their length squared. */
const LONGEST = 10_000

/**
 * Replaces what a regular expression matches. JavaScript's own engine does it, hence only for expressions that give it
 * nothing to retry: at most one repetition, of one character.
 * @throws UnsupportedExpression for any other; the function throws EvaluationError for texts over 10,000 characters.
 */
export function replacer(pattern: string): (text: string, replacement: string) => string {
  const repeats = repetitions(parseRegex(pattern))
  if (repeats.length > 1 || repeats.some((part) => part.kind !== 'set')) {
    throw new UnsupportedExpression('replaceMatches with several repetitions', pattern)
  }
  const regex = new RegExp(pattern, 'gsu')
  return (text, replacement) => {
    if (text.length > LONGEST) throw new EvaluationError('the text is too long for replaceMatches')
    return text.replace(regex, replacement)
  }
}

/** What the expression repeats, at any depth. */
function repetitions(regex: Regex): readonly Regex[] {
  if (regex.kind === 'repeat') return [regex.part, ...repetitions(regex.part)]
  return 'parts' in regex ? regex.parts.flatMap(repetitions) : []
}
