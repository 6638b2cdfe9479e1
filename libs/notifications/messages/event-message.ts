import { MAX_MESSAGE_BYTES, type Message, type RecordedEvent } from '@slipway/kernel';
import { cloudEvent } from './cloud-event';

/**
 * One event as a message of a topic: CloudEvents 1.0 in the binary mode of its Kafka binding, attributes as headers, data as value, the stream as key. An event
 * that is too large for the bus goes without data (an empty value, no `content-type`) and says by `ce_dataref` where HTTP has it: nothing ever blocks the topic.
 */
export function eventMessage(event: RecordedEvent, topic: string): Message {
  const { attributes, data } = cloudEvent(event);
  const { traceparent } = event.metadata;
  const headers = {
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)])),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  const value = JSON.stringify(data);
  if (Buffer.byteLength(value) <= MAX_MESSAGE_BYTES)
    return { topic, key: event.stream, value, headers: { ...headers, 'content-type': 'application/json' } };
  return { topic, key: event.stream, value: '', headers: { ...headers, ce_dataref: dataref(event) } };
}

/** An address of Slipway's own HTTP interface: the event is the one item of its answer. */
function dataref({ position }: RecordedEvent): string {
  return `/api/v1/audit/events?from=${position}&limit=1`;
}
