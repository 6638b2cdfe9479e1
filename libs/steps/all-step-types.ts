import type { OutboundHttp, StepType } from '@slipway/kernel';
import { DelayStep } from './delay';
import { DeployReleaseStep } from './deploy-release';
import { HealthCheckStep } from './health-check';
import { HttpStep } from './http';
import { ManualInterventionStep } from './manual-intervention';
import { ScriptStep } from './script';

/** Every step type there is: what processes are checked with, and what workers run. `script.path`: PATH of scripts. */
export function allStepTypes(outbound: OutboundHttp, script: { path?: string } = {}): StepType[] {
  const worked = [new ScriptStep(script), new HttpStep(outbound), new HealthCheckStep(outbound)];
  return [...worked, new ManualInterventionStep(), new DelayStep(), new DeployReleaseStep()];
}
