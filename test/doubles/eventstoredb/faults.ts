/** How the answer to an append is lost: its call is cut, or reset as by a server that stops in order, or the answer says that the write timed out. */
export type Lost = 'cut' | 'reset' | 'timeout';

/** What goes wrong next, as a test asks for it. Numbers count down: so many appends or calls are concerned, then all is well. */
export class Faults {
  /** Subscriptions get an event every so many milliseconds. */
  slowSubscriptionMs = 0;
  /** First ids of the appends that were heard on batch calls while it is silent. */
  readonly held: string[] = [];
  /** This many appends are stored, and their answers never come. */
  private unanswered: { left: number; by: Lost } = { left: 0, by: 'cut' };
  private elsewhere: { left: number; leader: { host: string; port: number } } | undefined;
  private unready = 0;
  private silence: { resolved: Promise<void>; end: () => void } | undefined;

  loseAnswers(count: number, by: Lost = 'cut'): void {
    this.unanswered = { left: count, by };
  }

  /** This many appends are refused: another node is the leader. */
  leadElsewhere(count: number, leader: { host: string; port: number }): void {
    this.elsewhere = { left: count, leader };
  }

  /** This many appends and reads are refused: the server starts, or has too much to do. */
  beUnready(count: number): void {
    this.unready = count;
  }

  /** From now on nothing is answered, and what is asked waits. */
  fallSilent(): void {
    if (this.silence) return;
    let end: () => void = () => undefined;
    this.silence = { resolved: new Promise((resolve) => (end = resolve)), end: () => end() };
  }

  /** What waited is done now, also for those who gave up. */
  speak(): void {
    this.silence?.end();
    this.silence = undefined;
  }

  /** Resolves when the server speaks; nothing to wait for when it does. */
  get spoken(): Promise<void> | undefined {
    return this.silence?.resolved;
  }

  takeLost(): Lost | undefined {
    if (this.unanswered.left === 0) return undefined;
    this.unanswered.left -= 1;
    return this.unanswered.by;
  }

  takeLeader(): { host: string; port: number } | undefined {
    if (!this.elsewhere || this.elsewhere.left === 0) return undefined;
    this.elsewhere.left -= 1;
    return this.elsewhere.leader;
  }

  takeUnready(): boolean {
    if (this.unready === 0) return false;
    this.unready -= 1;
    return true;
  }
}
