export * from './manual-clock';
export * from './seeded-random';
export { deciderSpec, recorded, testMeta } from './given-when-then';
export * from './eventually';
export { refusalOf } from './refusal-of';
