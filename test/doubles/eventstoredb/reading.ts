import { status } from '@grpc/grpc-js';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { failure, type Failure, streamDeleted } from './answers';
import type { Database } from './database';
import type { Output } from './output';
import { eventAnswer, streamNotFound } from './read-answers';
import { type LogRecord, text } from './record';

/** A read of a stream or of the whole log: what there is now, then the end. */
export async function read(options: ReadReq.Options, database: Database, output: Output): Promise<void> {
  const found = options.hasStream() ? recordsOfStream(options, database) : recordsOfLog(options, database);
  if ('code' in found) return output.fail(found);
  if ('missing' in found) {
    await output.write(streamNotFound(found.missing));
    return output.end();
  }
  const most = BigInt(options.getCount());
  let given = 0n;
  for (const record of found.records) {
    if (given >= most || output.ended) break;
    await output.write(eventAnswer(record, database, options.getResolveLinks()));
    given += 1n;
  }
  output.end();
}

type Found = { records: Iterable<LogRecord> } | { missing: string } | Failure;

function recordsOfStream(options: ReadReq.Options, database: Database): Found {
  const from = options.getStream()!;
  const name = text(from.getStreamIdentifier()!.getStreamName_asU8());
  const stream = database.streamOf(name);
  if (stream.state === 'tombstoned') return streamDeleted(name);
  if (stream.records.length === 0 || stream.state === 'deleted') return { missing: name };
  if (options.getCount() === '0') return unknown('Unexpected ReadStreamResult: Error');
  const visible = database.visible(name);
  if (options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS) {
    const last = from.hasRevision() ? BigInt(from.getRevision()) : undefined;
    return { records: visible.filter((record) => last === undefined || record.revision <= last).reverse() };
  }
  if (from.hasEnd()) return unknown('Unexpected ReadStreamResult: Error');
  const first = from.hasRevision() ? BigInt(from.getRevision()) : 0n;
  return { records: visible.filter((record) => record.revision >= first) };
}

/** Forwards from a position that one is included, backwards it is not. */
function recordsOfLog(options: ReadReq.Options, database: Database): Found {
  const from = options.getAll()!;
  if (options.getCount() === '0') return unknown('Unexpected ReadAllResult: Error');
  const position = from.hasPosition() ? BigInt(from.getPosition()!.getCommitPosition()) : undefined;
  if (position !== undefined && !isPlace(position, database)) return unknown('Unexpected ReadAllResult: InvalidPosition');
  if (options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS) {
    const end = from.hasStart() ? 0 : position === undefined ? database.log.length : database.indexFrom(position);
    return { records: database.log.slice(0, end).reverse() };
  }
  if (from.hasEnd()) return unknown('Unexpected ReadAllResult: Error');
  return { records: database.log.slice(position === undefined ? 0 : database.indexFrom(position)) };
}

/** The start of the log or of a record, or a place beyond the end. */
export function isPlace(position: bigint, database: Database): boolean {
  return position === 0n || position >= database.nextPosition || database.log[database.indexFrom(position)]?.position === position;
}

export function unknown(details: string): Failure {
  return failure(status.UNKNOWN, details);
}
