import { AssignerProtocol, type Cluster, type GroupMember, type PartitionAssigner } from 'kafkajs';
import { share } from '../assignment';
import type { MemberAssigner, Membership } from './mended-kafkajs';

/** What a member tells whoever shares out the partitions: those that it holds. */
type HeldPartitions = Readonly<Record<string, readonly number[]>>;

interface Candidate {
  readonly memberId: string;
  readonly topics: readonly string[];
  readonly held: HeldPartitions;
}

/** Shares a group's partitions evenly, and lets whoever holds one keep it where that is even: every move makes somebody wait. */
export function stickyAssigner(membership: Membership, held: () => HeldPartitions): PartitionAssigner {
  return ({ cluster }): MemberAssigner => ({
    name: 'slipway-sticky',
    version: 1,
    membership,
    protocol: ({ topics }) => ({
      name: 'slipway-sticky',
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(JSON.stringify(held())) }),
    }),
    assign: async ({ members, topics }) => {
      const shares = assign(members.map(candidate), partitionsOf(cluster, topics));
      return [...shares].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 1, assignment, userData: Buffer.alloc(0) }),
      }));
    },
  });
}

/** By member: the partitions it gets of each topic. */
export function assign(
  members: readonly Candidate[],
  partitions: ReadonlyMap<string, readonly number[]>,
): Map<string, Record<string, number[]>> {
  const shares = new Map<string, Record<string, number[]>>(members.map(({ memberId }) => [memberId, {}]));
  // Members in one order for every topic, so that several topics of few partitions do not all land with the first: the idlest goes first.
  const load = (memberId: string) => Object.values(shares.get(memberId) ?? {}).flat().length;
  for (const [topic, numbers] of partitions) {
    const candidates = members.filter(({ topics }) => topics.includes(topic)).map(({ memberId }) => memberId);
    candidates.sort((a, b) => load(a) - load(b) || (a < b ? -1 : 1));
    const holder = (partition: number) => members.find(({ held }) => held[topic]?.includes(partition))?.memberId;
    for (const [partition, memberId] of share(numbers, candidates, holder)) {
      const mine = shares.get(memberId);
      if (mine) (mine[topic] ??= []).push(partition);
    }
  }
  return shares;
}

function partitionsOf(cluster: Cluster, topics: readonly string[]): Map<string, number[]> {
  return new Map(
    topics.map((topic) => [
      topic,
      cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => partitionId)
        .sort((a, b) => a - b),
    ]),
  );
}

function candidate({ memberId, memberMetadata }: GroupMember): Candidate {
  const { topics = [], userData = Buffer.alloc(0) } = AssignerProtocol.MemberMetadata.decode(memberMetadata) ?? {};
  return { memberId, topics, held: JSON.parse(userData.toString() || '{}') as HeldPartitions };
}
