import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { type Clock, EgressPolicy, type LogChunk, type StepResult, type StepRunContext, type StepType } from '@slipway/kernel';

export const clock = new SystemClock();
export const outbound = new NodeOutboundHttp({ clock, policy: new EgressPolicy() });

/** One attempt of a step that starts no processes, and what it said. */
export class StepRun {
  readonly result: Promise<StepResult>;
  private readonly said: { source: LogChunk['source']; text: string }[] = [];
  private readonly abort = new AbortController();

  constructor(type: { readonly run: NonNullable<StepType['run']> }, input: object, on: Clock = clock) {
    const context: StepRunContext = {
      input,
      variables: {},
      project: 'shop',
      release: '1.0.0',
      environment: 'staging',
      deployment: 'd-1',
      step: 'Call',
      attempt: 1,
      workFolder: '/nowhere',
      clock: on,
      signal: this.abort.signal,
      guard: { unfedSeconds: 20, attach: () => Promise.reject(new Error('it starts no processes')) },
      output: async (source, bytes) => void this.said.push({ source, text: bytes.toString() }),
    };
    this.result = type.run(context);
  }

  /** As the worker does on a cancel, and at the time limit. */
  end(): void {
    this.abort.abort('cancelled');
  }

  text(source: LogChunk['source']): string {
    return this.said
      .filter((one) => one.source === source)
      .map(({ text }) => text)
      .join('');
  }

  /** Lines of Slipway's own, without the milliseconds that things took. */
  get lines(): string[] {
    return this.text('slipway')
      .replace(/ in \d+ ms/g, '')
      .trim()
      .split('\n');
  }
}
