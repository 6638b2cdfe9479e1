export type { EventFilter } from './domain/event-filter';
