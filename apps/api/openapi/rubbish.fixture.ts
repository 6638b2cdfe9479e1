import { openDataFolder } from '@slipway/adapters/data-folder/data-folder';
import { SqliteMessageBus } from '@slipway/adapters/message-bus/sqlite/sqlite-message-bus';
import { type Clock, TOPICS } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';
import { allTopics } from '../../composition/topics';

/** Leaves something on the embedded bus of a folder that is no command: it waits there for Slipway to start. */
export async function leaveRubbish(folder: string, settings: Settings, clock: Clock): Promise<void> {
  const data = openDataFolder(folder);
  const bus = new SqliteMessageBus({ file: data.bus, clock });
  await bus.ensureTopics(allTopics(settings));
  const headers = { command: 'CreateRelease', 'command-id': 'release-1.4.0', actor: 'billing' };
  await bus.publish([{ topic: TOPICS.commands, key: 'web-shop', value: '{"project":', headers }]);
  await bus.close();
  data.close();
}
