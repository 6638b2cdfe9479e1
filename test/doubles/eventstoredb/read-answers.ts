import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { Database } from './database';
import { bytes, type LogRecord, text } from './record';

const TICKS_PER_MILLISECOND = 10_000n;

/** A record as reads and subscriptions tell it; a link is followed where that was asked for. */
export function eventAnswer(record: LogRecord, database: Database, resolveLinks: boolean): ReadResp {
  const event = new ReadResp.ReadEvent();
  if (resolveLinks && record.type === '$>') {
    const target = targetOf(record, database);
    event.setLink(recorded(record));
    if (target) event.setEvent(recorded(target));
  } else {
    event.setEvent(recorded(record));
  }
  event.setCommitPosition(record.position.toString());
  return new ReadResp().setEvent(event);
}

export function confirmed(subscription: string): ReadResp {
  return new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(subscription));
}

export function caughtUp(): ReadResp {
  return new ReadResp().setCaughtUp(new ReadResp.CaughtUp());
}

export function fellBehind(): ReadResp {
  return new ReadResp().setFellBehind(new ReadResp.FellBehind());
}

export function checkpointAt(position: bigint): ReadResp {
  const place = position.toString();
  return new ReadResp().setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(place).setPreparePosition(place));
}

export function streamNotFound(stream: string): ReadResp {
  const identifier = new StreamIdentifier().setStreamName(bytes(stream));
  return new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier));
}

function targetOf(link: LogRecord, database: Database): LogRecord | undefined {
  const [, revision, stream] = /^(\d+)@(.*)$/s.exec(text(link.data)) ?? [];
  if (revision === undefined || stream === undefined) return undefined;
  return database.visible(stream).find((record) => record.revision === BigInt(revision));
}

function recorded(record: LogRecord): ReadResp.ReadEvent.RecordedEvent {
  const event = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString(record.id))
    .setStreamIdentifier(new StreamIdentifier().setStreamName(bytes(record.stream)))
    .setStreamRevision(record.revision.toString())
    .setCommitPosition(record.position.toString())
    .setPreparePosition(record.position.toString())
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  event.getMetadataMap().set('type', record.type);
  event.getMetadataMap().set('content-type', record.isJson ? 'application/json' : 'application/octet-stream');
  event.getMetadataMap().set('created', (BigInt(record.created) * TICKS_PER_MILLISECOND).toString());
  return event;
}
