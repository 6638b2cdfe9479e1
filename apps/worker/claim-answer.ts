import type { Clock } from '@slipway/kernel';

/** What ends the wait of a claim: the answer, or the worker's own decision to drain. */
export type ClaimAnswer = { readonly kind: 'granted'; readonly publishedAt: number } | { readonly kind: 'dropped' | 'cancel' | 'drain' };

/** Where the answer to a claim is put. Anything but a grant is final: a grant that comes later changes nothing. */
export class AnswerBox {
  private answer: ClaimAnswer | undefined;
  private arrived = new AbortController();

  constructor(private readonly clock: Clock) {}

  put(answer: ClaimAnswer): void {
    if (this.answer && this.answer.kind !== 'granted') return;
    this.answer = answer;
    this.arrived.abort();
  }

  /** The answer, waiting for it at most so long; undefined when none came. A grant is taken out, so that the next call waits for another. */
  async take(waitMs: number): Promise<ClaimAnswer | undefined> {
    await this.clock.sleep(waitMs, this.arrived.signal);
    const { answer } = this;
    if (answer?.kind === 'granted') {
      this.answer = undefined;
      this.arrived = new AbortController();
    }
    return answer;
  }
}
