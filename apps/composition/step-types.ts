import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { EgressPolicy, type OutboundHttp, type StepType } from '@slipway/kernel';
import { allStepTypes } from '@slipway/steps/all-step-types';
import type { Machine } from './machine';
import type { Surroundings } from './run-process';

export function outboundOf({ settings, clock }: Machine): OutboundHttp {
  return new NodeOutboundHttp({ clock, policy: new EgressPolicy(settings.EGRESS_ALLOW, settings.EGRESS_DENY) });
}

export function stepTypesOf(outbound: OutboundHttp, { path }: Surroundings): StepType[] {
  return allStepTypes(outbound, path === undefined ? {} : { path });
}
