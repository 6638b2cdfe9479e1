/** The last position of a replay that was asked for at `request`, a position: what happens from then on is sent anyway. `to`: a decimal text. */
export function lastReplayed(to: string | undefined, request: bigint): string {
  const last = request - 1n;
  return to === undefined || BigInt(to) > last ? last.toString() : to;
}
