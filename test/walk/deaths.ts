import type { RecordedEvent } from '@slipway/kernel';
import type { Effect } from './mortal-ports';
import type { WalkSystem } from './system';

export interface Walked {
  /** What the application did to the outside on the way, in order. */
  readonly effects: readonly Effect[];
  readonly events: readonly RecordedEvent[];
  readonly deaths: number;
}

/** Whether the application dies right after an effect, given all of them so far. */
export type Deadly = (effects: readonly Effect[]) => boolean;

/** Goes on until the condition holds, and a little longer. What the application did before it died is stored; that it did it, it never learned. */
export async function walked(system: WalkSystem, deadly: Deadly, ended: () => Promise<boolean>, what: string): Promise<Walked> {
  const effects: Effect[] = [];
  let deaths = 0;
  system.after = (effect, life) => {
    effects.push(effect);
    if (!deadly(effects)) return;
    deaths += 1;
    life.kill();
  };
  try {
    await system.until(ended, what);
  } finally {
    system.after = () => undefined;
  }
  await system.pass(200);
  return { effects, events: await system.events(), deaths };
}

/** After so many effects of a kind. */
export function after(kind: Effect, number: number): Deadly {
  return (effects) => effects.at(-1) === kind && countOf(kind, effects) === number;
}

export function countOf(kind: Effect, effects: readonly Effect[]): number {
  return effects.filter((one) => one === kind).length;
}

type Told = Partial<Record<'deployment' | 'step' | 'attempt' | 'token' | 'outcome', string | number>>;

/**
 * What each story says, deployments named by the order in which they were scheduled; two stories may go on in either order, one may not. `storyOf`: to
 * which story an event of a stream (so named) belongs.
 */
export function stories(
  events: readonly RecordedEvent[],
  storyOf: (stream: string, step: string | undefined) => string = (stream) => stream,
): Record<string, string[]> {
  const scheduled = events.filter((event) => event.type === 'DeploymentScheduled');
  const names = new Map(scheduled.map(({ data }, index) => [(data as { deployment: string }).deployment, `deployment ${index + 1}`]));
  const told: Record<string, string[]> = {};
  for (const { stream, type, data } of events) {
    const { deployment = '', step, attempt, token, outcome } = data as Told;
    const name = storyOf(names.get(stream.replace('deployment-', '')) ?? stream, step === undefined ? undefined : String(step));
    const tried = attempt === undefined || attempt === 1 ? undefined : `try ${attempt}`;
    (told[name] ??= []).push(
      [type, names.get(String(deployment)), step, token, tried, outcome].filter((one) => one !== undefined).join(' '),
    );
  }
  for (const [name, lines] of Object.entries(told)) if (name.startsWith('release-')) lines.sort();
  return told;
}
