/**
 * Shares partitions among the members of a group: evenly, and whoever holds a partition keeps it unless that is uneven, since every move makes
 * somebody wait. Members that come first get what is left over.
 */
export function share<P, M>(partitions: readonly P[], members: readonly M[], holder: (partition: P) => M | undefined): Map<P, M> {
  const shares = new Map<P, M>();
  const held = new Map<M, number>(members.map((member) => [member, 0]));
  const base = Math.floor(partitions.length / Math.max(1, members.length));
  let extra = members.length === 0 ? 0 : partitions.length % members.length;
  const give = (partition: P, member: M) => {
    shares.set(partition, member);
    held.set(member, (held.get(member) ?? 0) + 1);
  };
  for (const partition of partitions) {
    const member = holder(partition);
    const count = member === undefined ? undefined : held.get(member);
    if (member === undefined || count === undefined || count > base || (count === base && extra === 0)) continue;
    if (count === base) extra -= 1;
    give(partition, member);
  }
  for (const partition of partitions) {
    if (shares.has(partition)) continue;
    const idlest = [...held].reduce<[M, number] | undefined>((least, other) => (least && least[1] <= other[1] ? least : other), undefined);
    if (idlest) give(partition, idlest[0]);
  }
  return shares;
}
