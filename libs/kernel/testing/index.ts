export * from './manual-clock';
export * from './seeded-random';
export * from './given-when-then';
export * from './eventually';
export * from './projection-spec';
