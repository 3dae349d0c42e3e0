import { launchGroup } from './launch-groups.ts'

/** Group smart_full_ehr_launch of the Inferno SMART kit, for every way in which an app shows who it is. */
launchGroup('ehr', 'public')
launchGroup('ehr', 'symmetric')
launchGroup('ehr', 'asymmetric')
