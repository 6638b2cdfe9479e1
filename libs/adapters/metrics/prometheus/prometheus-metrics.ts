import type { CommandOutcome, ConsumerLag, Metrics, MetricsPage, SubscriptionLag } from '@slipway/kernel';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: what a machine does, what a message waits, what people and scripts take. */
const MACHINE = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MESSAGE = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600];
const WORK = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400];

/** Of the process itself (CPU, memory, event loop): there is one, however often it is asked. */
let ofProcess: Registry | undefined;

function processRegistry(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

export interface PrometheusOptions {
  readonly version: string;
  /** api, processor, worker or standalone. */
  readonly process: string;
}

/** Figures as Prometheus reads them (text exposition format 0.0.4). */
export class PrometheusMetrics implements Metrics {
  private readonly registry = new Registry();
  private readonly commands = this.histogram('command_duration_seconds', 'Commands, from the question to the answer.', MACHINE, [
    'command',
    'outcome',
  ]);
  private readonly appends = this.histogram('append_duration_seconds', 'Appends to the event store that succeeded.', MACHINE);
  private readonly publishes = this.histogram('bus_publish_duration_seconds', 'Messages given to the bus, until it had them.', MACHINE);
  private readonly relays = this.histogram('relay_delay_seconds', 'From an event until the bus had what it says.', MESSAGE, ['relay']);
  private readonly lanes = this.histogram('lane_wait_seconds', 'How long deployments that were due waited for their lane.', WORK);
  private readonly durations = this.histogram('attempt_duration_seconds', 'Step attempts that this worker ran.', WORK, ['step_type']);
  private readonly attempts = new Counter({
    name: 'slipway_attempts_total',
    help: 'Step attempts that this worker ran, by how they ended.',
    labelNames: ['step_type', 'outcome'],
    registers: [this.registry],
  });
  private readonly lagSeconds = this.gauge('subscription_lag_seconds', 'Age of the oldest event not handled yet; 0: there is none.', [
    'subscription',
  ]);
  private readonly lagEvents = this.gauge('subscription_lag_events', 'Events not handled yet; 1000 stands for that many or more.', [
    'subscription',
  ]);
  private readonly parked = this.gauge('subscription_parked_events', 'Events that were set aside and wait for somebody to look at them.', [
    'subscription',
  ]);
  private readonly lagMessages = this.gauge('consumer_lag_messages', 'Messages not handled yet, in the partitions held by this process.', [
    'topic',
    'group',
  ]);
  private subscriptions: () => Promise<readonly SubscriptionLag[]> = async () => [];
  private consumers: () => readonly ConsumerLag[] = () => [];

  constructor({ version, process }: PrometheusOptions) {
    this.gauge('build_info', 'What runs: always 1.', ['version', 'process']).set({ version, process }, 1);
  }

  startCommand(command: string): (outcome: CommandOutcome) => void {
    const stop = this.commands.startTimer({ command });
    return (outcome) => void stop({ outcome });
  }

  startAppend(): () => void {
    return this.appends.startTimer();
  }

  startPublish(): () => void {
    return this.publishes.startTimer();
  }

  startAttempt(stepType: string): (outcome: string) => void {
    const stop = this.durations.startTimer({ step_type: stepType });
    return (outcome) => {
      stop();
      this.attempts.inc({ step_type: stepType, outcome });
    };
  }

  relayed(relay: string, seconds: number): void {
    this.relays.observe({ relay }, seconds);
  }

  waitedForLane(seconds: number): void {
    this.lanes.observe(seconds);
  }

  watchSubscriptions(lags: () => Promise<readonly SubscriptionLag[]>): void {
    this.subscriptions = lags;
  }

  watchConsumers(lags: () => readonly ConsumerLag[]): void {
    this.consumers = lags;
  }

  async page(): Promise<MetricsPage> {
    // A store that is away leaves its figures out: the others are wanted all the more.
    const subscriptions = await this.subscriptions().catch(() => []);
    for (const gauge of [this.lagSeconds, this.lagEvents, this.parked, this.lagMessages]) gauge.reset();
    for (const { subscription, seconds, events, parked } of subscriptions) {
      this.lagSeconds.set({ subscription }, seconds);
      this.lagEvents.set({ subscription }, events);
      this.parked.set({ subscription }, parked);
    }
    // Several consumers of a group may hold partitions of one topic.
    for (const { topic, group, messages } of this.consumers()) this.lagMessages.inc({ topic, group }, messages);
    return { contentType: this.registry.contentType, body: await Registry.merge([this.registry, processRegistry()]).metrics() };
  }

  private histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name: `slipway_${name}`, help, buckets, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `slipway_${name}`, help, labelNames, registers: [this.registry] });
  }
}
