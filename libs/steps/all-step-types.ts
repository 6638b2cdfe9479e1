import type { OutboundHttp, StepType } from '@slipway/kernel';
import { DelayStep } from './delay';
import { DeployReleaseStep } from './deploy-release';
import { HealthCheckStep } from './health-check';
import { HttpStep } from './http';
import { ManualInterventionStep } from './manual-intervention';
import { ScriptStep } from './script';

/** Every step type there is: what processes are checked with, and what workers run. `path`: PATH of scripts. */
export function allStepTypes(outbound: OutboundHttp, { path }: { path?: string } = {}): StepType[] {
  const worked = [new ScriptStep(path === undefined ? {} : { path }), new HttpStep(outbound), new HealthCheckStep(outbound)];
  return [...worked, new ManualInterventionStep(), new DelayStep(), new DeployReleaseStep()];
}
