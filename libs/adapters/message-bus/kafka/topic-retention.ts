import type { TopicSpec } from '@slipway/kernel';
import { ConfigResourceTypes } from 'kafkajs';
import type { KafkaAdmin } from './kafka-admin';
import { protocolError } from './kafka-failure';

/** Warns of each topic that keeps messages for another time than its spec says. Errors: those of kafkaFailure. */
export async function tellOtherRetentions(admin: KafkaAdmin, specs: readonly TopicSpec[]): Promise<void> {
  const { log } = admin.client.on;
  const kept = await retentions(admin, specs);
  for (const { name, retentionMs } of specs) {
    const retention = kept.get(name);
    if (retention !== undefined && retention !== retentionMs)
      log.warn('a topic keeps messages for another time than the settings say, and goes on so: whoever owns it changes its retention.ms', { topic: name, retentionMs: retention, asked: retentionMs }); // prettier-ignore
  }
}

/** How long topics keep messages, in milliseconds, -1 for ever; of none where the right to ask is missing. */
async function retentions(admin: KafkaAdmin, specs: readonly TopicSpec[]): Promise<Map<string, number>> {
  const { client } = admin;
  const resources = specs.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name: client.named(name), configNames: ['retention.ms'] }));
  try {
    const answer = await admin.ask('say how long topics keep messages', (asked) =>
      asked.describeConfigs({ resources, includeSynonyms: false }),
    );
    return new Map(
      answer.resources.flatMap(({ resourceName, configEntries }) =>
        configEntries.map(({ configValue }) => [client.plain(resourceName), Number(configValue)] as const),
      ),
    );
  } catch (error) {
    const type = protocolError(error);
    if (!type.endsWith('_AUTHORIZATION_FAILED')) throw error;
    client.on.log.debug('its user may not ask how long topics keep messages: not compared with the settings', { topics: specs.map(({ name }) => name), reason: type }); // prettier-ignore
    return new Map();
  }
}
