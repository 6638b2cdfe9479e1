import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import { secretKey } from '@slipway/adapters/secrets/aes-gcm/secret-key';
import { EventCatalogue, type EventStore, Ids, type MessageBus, StepTypes, SubscriptionHub, subscriptionLags } from '@slipway/kernel';
import type { Composition } from '@slipway/platform';
import { type Machine, machineOf } from './machine';
import { openBus } from './open-bus';
import { openEventStore, openReadSide, type ReadSide } from './open-ports';
import type { Surroundings } from './run-process';
import { slices } from './slices';
import { outboundOf, stepTypesOf } from './step-types';
import type { Undo } from './undo';

/** What a process that knows the slices is made of. */
export function compose(
  surroundings: Surroundings,
  machine: Machine,
  opened: ReadSide & { readonly eventStore: EventStore; readonly bus: MessageBus; readonly key: Uint8Array },
): Composition {
  const { key, ...ports } = opened;
  const { clock, random } = machine;
  const outbound = outboundOf(machine);
  const hub = new SubscriptionHub();
  machine.telemetry.metrics.watchSubscriptions(() => subscriptionLags(hub, ports.eventStore, clock));
  return {
    ...machine,
    ...ports,
    state: surroundings.state,
    outbound,
    secrets: new AesGcmSecrets(key, random),
    catalogue: new EventCatalogue(slices.flatMap((slice) => slice.events)),
    stepTypes: new StepTypes(stepTypesOf(outbound, surroundings)),
    hub,
    instance: new Ids(clock, random).next(),
  };
}

/** The same for a process that shares its servers with others, and so its key: that one is there already. */
export function composeShared(surroundings: Surroundings, undo: Undo): Composition {
  const machine = machineOf(surroundings);
  const { settings } = machine;
  const key = secretKey(settings.SLIPWAY_SECRET_KEY, settings.SLIPWAY_SECRET_KEY_FILE);
  const eventStore = openEventStore(machine, undo);
  const side = openReadSide(machine, undo);
  return compose(surroundings, machine, { eventStore, bus: openBus(machine, undo), key, ...side });
}
