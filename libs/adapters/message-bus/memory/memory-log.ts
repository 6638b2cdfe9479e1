import type { GroupOffset, LoggedMessage, LogPartition, MessageLog, NewMessage } from '../embedded/message-log';

/** A log that lives as long as its process. */
export class MemoryLog implements MessageLog {
  private readonly all: LogPartition[] = [];
  private readonly messages = new Map<number, LoggedMessage[]>();
  private readonly ends = new Map<number, number>();
  private last = 0;

  partitions(): readonly LogPartition[] {
    return this.all;
  }

  addTopic(topic: string, partitions: number): readonly LogPartition[] {
    const added = Array.from({ length: partitions }, (_, number) => ({ id: this.all.length + number + 1, topic, number }));
    this.all.push(...added);
    return added;
  }

  write(messages: readonly NewMessage[], at: number): void {
    for (const message of messages) {
      this.last += 1;
      const kept = this.messages.get(message.partition) ?? [];
      kept.push({ ...message, offset: this.last, publishedAt: at });
      this.messages.set(message.partition, kept);
      this.ends.set(message.partition, this.last);
    }
  }

  read(partition: number, after: number, limit: number, maxBytes: number): readonly LoggedMessage[] {
    const kept = this.messages.get(partition) ?? [];
    const first = firstAfter(kept, after);
    let bytes = 0;
    return kept.slice(first, first + limit).filter((message, index) => {
      bytes += message.bytes;
      return index === 0 || bytes <= maxBytes;
    });
  }

  end(partition: number): number {
    return this.ends.get(partition) ?? 0;
  }

  count(partition: number, after: number): number {
    const kept = this.messages.get(partition) ?? [];
    return kept.length - firstAfter(kept, after);
  }

  offsets(): readonly GroupOffset[] {
    return [];
  }

  trim(partition: number, upTo: number, before: number, limit: number): number {
    const kept = this.messages.get(partition) ?? [];
    const stays = kept.findIndex(({ offset, publishedAt }) => offset > upTo || publishedAt >= before);
    return kept.splice(0, Math.min(limit, stays < 0 ? kept.length : stays)).length;
  }

  close(): void {
    this.messages.clear();
  }
}

/** Index of the first message after an offset: messages are in offset order. */
function firstAfter(messages: readonly LoggedMessage[], offset: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
