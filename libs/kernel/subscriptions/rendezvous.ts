import { hashOf } from '../ids';

/**
 * Which of the candidates a thing belongs to: everybody who knows the same candidates finds the same one, and when one of them comes or goes only what is its own
 * moves (rendezvous hashing: Thaler and Ravishankar 1998). Undefined where there is no candidate.
 */
export function belongsTo(thing: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, rank: hashOf(thing, candidate) }));
  return ranked.reduce<(typeof ranked)[number] | undefined>((best, one) => (best && best.rank >= one.rank ? best : one), undefined)
    ?.candidate;
}
