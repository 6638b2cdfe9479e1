import type { ReadStore } from '@slipway/kernel';
import type { Slice } from '@slipway/platform';

/** Makes the tables of all slices where they are missing: a process that only reads them may be the first. Errors: those of ReadStore.prepare. */
export async function prepareTables(store: ReadStore, slices: readonly Slice[]): Promise<void> {
  for (const { projections = [], rows = [] } of slices) for (const schema of [...projections, ...rows]) await store.prepare(schema);
}
