import type { KnownFreeze } from '@slipway/freezes/contract';
import { eligibility, type KnownRelease, type Verdict } from '@slipway/releases/contract';

/** Whether a deployment may start at a time (RFC 3339 UTC): eligibility, without the freezes that it was let through when it was scheduled. */
export function startVerdict(
  release: KnownRelease,
  { deployment, environment }: { readonly deployment: string; readonly environment: string },
  at: string,
  freezes: readonly KnownFreeze[],
): Verdict {
  const overridden = release.deployments.find((one) => one.deployment === deployment)?.overridden ?? [];
  return eligibility(release, environment, { at, freezes, overridden });
}
