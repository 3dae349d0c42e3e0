import { launchGroup } from './launch-groups.ts'

/** Group smart_full_standalone_launch of the Inferno SMART kit, for every way in which an app shows who it is. */
launchGroup('standalone', 'public')
launchGroup('standalone', 'symmetric')
launchGroup('standalone', 'asymmetric')
