import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import {
  EgressPolicy,
  EventCatalogue,
  type EventStore,
  Ids,
  type MessageBus,
  type OutboundHttp,
  type StepType,
  StepTypes,
  SubscriptionHub,
} from '@slipway/kernel';
import type { Composition } from '@slipway/platform';
import { allStepTypes } from '@slipway/steps/all-step-types';
import type { Machine } from './machine';
import type { ReadSide } from './open-ports';
import type { Surroundings } from './run-process';
import { slices } from './slices';

export function outboundOf({ settings, clock }: Machine): OutboundHttp {
  return new NodeOutboundHttp({ clock, policy: new EgressPolicy(settings.EGRESS_ALLOW, settings.EGRESS_DENY) });
}

export function stepTypesOf(outbound: OutboundHttp, { path }: Surroundings): StepType[] {
  return allStepTypes(outbound, path === undefined ? {} : { path });
}

/** What a process that knows the slices is made of. */
export function compose(
  surroundings: Surroundings,
  machine: Machine,
  opened: ReadSide & { readonly eventStore: EventStore; readonly bus: MessageBus; readonly key: Uint8Array },
): Composition {
  const { key, ...ports } = opened;
  const { clock, random } = machine;
  const outbound = outboundOf(machine);
  return {
    ...machine,
    ...ports,
    state: surroundings.state,
    outbound,
    secrets: new AesGcmSecrets(key, random),
    catalogue: new EventCatalogue(slices.flatMap((slice) => slice.events)),
    stepTypes: new StepTypes(stepTypesOf(outbound, surroundings)),
    hub: new SubscriptionHub(),
    instance: new Ids(clock, random).next(),
  };
}
