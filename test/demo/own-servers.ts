import { randomBytes } from 'node:crypto';
import { freshTopics } from '@slipway/adapters/message-bus/kafka/fresh-topics.fixture';
import { freshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';

/** What processes of one Slipway share. */
export interface OwnServers {
  /** Environment variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** Leaves nothing of the story there. */
  readonly clear: () => Promise<void>;
}

/** A database and topics of the story's own on the servers of POSTGRES_TEST_URL and KAFKA_TEST_URL; EVENT_STORE_URL may name an empty event store elsewhere. */
export async function ownServers(): Promise<OwnServers> {
  const topics = freshTopics();
  const database = await freshDatabase();
  const settings = {
    EVENT_STORE_URL: process.env['EVENT_STORE_URL'] || database.url,
    READ_STORE_URL: database.url,
    MESSAGE_BUS_URL: topics.url,
    SLIPWAY_SECRET_KEY: randomBytes(32).toString('hex'),
  };
  return {
    settings,
    clear: async () => {
      await topics.drop();
      await database.drop();
    },
  };
}
