export type { DeadLetterReplayRequested } from './domain/dead-letter.events';
