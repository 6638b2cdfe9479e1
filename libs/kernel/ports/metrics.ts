/** accepted: it took effect, or was a repeat · refused: by its shape or a rule · failed: by the surroundings. */
export type CommandOutcome = 'accepted' | 'refused' | 'failed';

/** How far a subscription of this process is behind the log. */
export interface SubscriptionLag {
  readonly subscription: string;
  /** Age of the oldest event that it has not handled; 0: there is none. */
  readonly seconds: number;
  /** How many events it has not handled, as far as they were counted (see subscription-lag.ts). */
  readonly events: number;
  /** Those that were set aside and wait for somebody. */
  readonly parked: number;
}

/** How many messages a group's consumers in this process have yet to handle. */
export interface ConsumerLag {
  readonly topic: string;
  readonly group: string;
  readonly messages: number;
}

/** The figures as they are asked for. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Figures of what a process does, for graphs and alarms: one method for each thing that is counted, so that names, labels and buckets stand in one place, the
 * adapter's. What begins with a verb of starting returns the stop of its watch. Labels have few values: never an id, nor a name that a user chose.
 */
export interface Metrics {
  startCommand(name: string): (outcome: CommandOutcome) => void;
  startAppend(): () => void;
  startPublish(): () => void;
  /** `outcome`: the kind of AttemptOutcome. */
  startAttempt(stepType: string): (outcome: string) => void;
  /** From an event's decision until the bus had what it says. */
  relayed(relay: string, seconds: number): void;
  /** From the time a deployment was due until its lane was its own. */
  waitedForLane(seconds: number): void;
  /** Asked whenever the figures are; what fails is left out of them. */
  watchSubscriptions(lags: () => Promise<readonly SubscriptionLag[]>): void;
  watchConsumers(lags: () => readonly ConsumerLag[]): void;
  page(): Promise<MetricsPage>;
}

const nothing = (): void => undefined;

/** For tests and tools that count nothing. */
export const silentMetrics: Metrics = {
  startCommand: () => nothing,
  startAppend: () => nothing,
  startPublish: () => nothing,
  startAttempt: () => nothing,
  relayed: nothing,
  waitedForLane: nothing,
  watchSubscriptions: nothing,
  watchConsumers: nothing,
  page: async () => ({ contentType: 'text/plain', body: '' }),
};
