import type { Service } from './run-process';
import { Undo } from './undo';

/** A service that is put together piece by piece, and taken apart the other way round: at its end, and when its start gives up. */
export abstract class ComposedProcess implements Service {
  protected readonly undo = new Undo();
  private readonly ending = new AbortController();
  /** Aborted when it is told to stop: nothing is waited for any more. */
  protected readonly stopping = this.ending.signal;

  async start(): Promise<string> {
    try {
      return await this.begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.ending.abort();
    return this.undo.all();
  }

  /** Resolves, with where it answers, when everything is ready. What it opens it notes in `undo`. */
  protected abstract begin(): Promise<string>;
}
