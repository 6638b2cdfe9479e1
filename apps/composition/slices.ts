import { auditSlice } from '@slipway/audit/audit.module';
import { deadLettersSlice } from '@slipway/dead-letters/dead-letters.module';
import { deploymentsSlice } from '@slipway/deployments/deployments.module';
import { environmentsSlice } from '@slipway/environments/environments.module';
import { freezesSlice } from '@slipway/freezes/freezes.module';
import { lifecyclesSlice } from '@slipway/lifecycles/lifecycles.module';
import { notificationsSlice } from '@slipway/notifications/notifications.module';
import type { Slice } from '@slipway/platform';
import { projectsSlice } from '@slipway/projects/projects.module';
import { releasesSlice } from '@slipway/releases/releases.module';

/** All slices, from left to right: each knows only those before it. */
export const slices: readonly Slice[] = [
  environmentsSlice,
  lifecyclesSlice,
  projectsSlice,
  freezesSlice,
  releasesSlice,
  deploymentsSlice,
  auditSlice,
  notificationsSlice,
  deadLettersSlice,
];
