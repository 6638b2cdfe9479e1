import type { RecordedEvent } from '../event';
import type { Message, MessageBus } from '../ports/message-bus';
import type { Span } from '../ports/tracing';
import type { SubscriptionPorts } from '../subscriptions/catch-up-subscription';
import { type Relay, RelayRunner } from '../subscriptions/relay-runner';
import { belonging } from './observed-message-bus';
import type { Telemetry } from './telemetry';
import { within, workOfEvent } from './work-at-hand';

/** A message under way, and what it came from. */
interface Said {
  readonly span: Span;
  /** When the event was decided: RFC 3339 UTC. */
  readonly at: string;
}

/**
 * A runner for a relay whose messages carry on what their events belong to, each below a span of its own, and whose delay is measured. What it sends
 * and reads while it composes belongs to the event.
 */
export function observedRelay(
  relay: Relay,
  bus: Pick<MessageBus, 'publish'>,
  ports: SubscriptionPorts & { telemetry: Telemetry },
): RelayRunner {
  const { telemetry, clock } = ports;
  const underWay = new WeakMap<Message, Said>();

  const messages = async (event: RecordedEvent): Promise<readonly Message[]> => {
    const { correlationId, traceparent, at } = event.metadata;
    const composed = await within(workOfEvent(event), () => relay.messages(event));
    if (composed.length === 0) return composed;
    const attributes = { 'slipway.relay': relay.name, 'slipway.event': event.type, 'slipway.stream': event.stream };
    const span = telemetry.tracing.begin(`publish ${event.type}`, { kind: 'producer', traceparent, attributes });
    return composed.map((one) => {
      const message = belonging({ ...one }, { correlationId, traceparent: span.traceparent });
      underWay.set(message, { span, at });
      return message;
    });
  };

  const publish = async (sent: readonly Message[]): Promise<void> => {
    const said = sent.map((message) => underWay.get(message)).filter((one) => one !== undefined);
    const end = (error?: unknown) => new Set(said.map(({ span }) => span)).forEach((span) => span.end(error));
    try {
      await bus.publish(sent);
    } catch (error) {
      end(error);
      throw error;
    }
    end();
    for (const { at } of said) telemetry.metrics.relayed(relay.name, Math.max(0, clock.now() - Date.parse(at)) / 1_000);
  };

  return new RelayRunner({ name: relay.name, startsAt: relay.startsAt, messages }, { publish }, ports);
}
