import { share } from '../assignment';
import type { EmbeddedConsumer } from './embedded-consumer';
import type { LogPartition } from './message-log';
import type { PartitionPump } from './partition-pump';

interface Ownership {
  readonly member: EmbeddedConsumer;
  readonly pump: PartitionPump;
}

/** Makes a pump that delivers a partition to a member, from where the group stands. */
export type OpenPump = (member: EmbeddedConsumer, partition: LogPartition) => PartitionPump;

/**
 * The members of one group and who owns which partition. A partition moves in two steps: its owner finishes what it handles, then the next
 * one starts where the group stands. So there is never more than one owner.
 */
export class ConsumerGroup {
  private members: EmbeddedConsumer[] = [];
  private readonly owners = new Map<number, Ownership>();

  constructor(
    private readonly partitionsOf: (topic: string) => readonly LogPartition[],
    private readonly open: OpenPump,
  ) {}

  join(member: EmbeddedConsumer): void {
    this.members.push(member);
    this.rebalance();
  }

  /** Resolves when the member's handlers have ended; its partitions go to the others. */
  async leave(member: EmbeddedConsumer): Promise<void> {
    this.members = this.members.filter((other) => other !== member);
    this.rebalance();
    await Promise.all([...member.pumps.values()].map((pump) => pump.release()));
  }

  private rebalance(): void {
    const unsettled = new Set<EmbeddedConsumer>();
    for (const topic of new Set([...this.members, ...this.holders()].flatMap(({ options }) => options.topics))) {
      const candidates = this.members.filter(({ options }) => options.topics.includes(topic));
      const shares = share(this.partitionsOf(topic), candidates, ({ id }) => this.owners.get(id)?.member);
      for (const partition of this.partitionsOf(topic)) {
        const member = shares.get(partition);
        if (!this.settle(partition, member) && member) unsettled.add(member);
      }
    }
    for (const member of this.members) if (!unsettled.has(member)) member.ready();
  }

  /** True when the partition is owned by the one that it should belong to. */
  private settle(partition: LogPartition, member: EmbeddedConsumer | undefined): boolean {
    const owner = this.owners.get(partition.id);
    if (owner && owner.member !== member) this.take(partition, owner);
    if (owner) return owner.member === member && !owner.pump.released;
    if (member) {
      const pump = this.open(member, partition);
      this.owners.set(partition.id, { member, pump });
      member.pumps.set(partition.id, pump);
    }
    return true;
  }

  private take(partition: LogPartition, owner: Ownership): void {
    if (owner.pump.released) return;
    void owner.pump.release().then(() => {
      this.owners.delete(partition.id);
      owner.member.pumps.delete(partition.id);
      this.rebalance();
    });
  }

  private holders(): EmbeddedConsumer[] {
    return [...this.owners.values()].map(({ member }) => member);
  }
}
