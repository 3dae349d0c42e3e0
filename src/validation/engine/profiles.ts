import type { Check, Compiler } from './types.ts'

/**
 * The check of a data type by the profiles named for it, any one of which must hold (validation.md P6). A profile that
 * is unknown is said to be, and the type itself takes its place.
 */
export function profileCheck(compiler: Compiler, profiles: readonly string[], type: string): Check {
  return profiles.length === 1 ? oneProfile(compiler, profiles[0] ?? type, type) : anyProfile(compiler, profiles, type)
}

function oneProfile(compiler: Compiler, profile: string, type: string): Check {
  let check: Check | undefined
  let isKnown = false
  return (value, run, depth) => {
    if (check === undefined) {
      const known = compiler.treeCheck(profile)
      isKnown = known !== undefined
      check = known ?? compiler.treeCheck(type)
    }
    if (!isKnown) run.reportOnce(profile, depth, 'warning', 'profile.unknown', { profile })
    check?.(value, run, depth)
  }
}

function anyProfile(compiler: Compiler, profiles: readonly string[], type: string): Check {
  const checks = profiles.map((profile) => oneProfile(compiler, profile, type))
  const detail = { profiles: profiles.join(', ') }
  return (value, run, depth) => {
    if (checks.some((check) => run.holds(() => check(value, run, depth)))) return
    run.report(depth, 'error', 'profile.none-fits', detail)
  }
}
