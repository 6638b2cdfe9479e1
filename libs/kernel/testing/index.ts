export * from './manual-clock';
export * from './seeded-random';
