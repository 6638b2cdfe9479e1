/** What must be undone when a process ends, last first. */
export class Undo {
  private readonly steps: (() => Promise<unknown>)[] = [];

  later(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  /** Undoes what was done so far; what is done meanwhile is undone too. */
  async all(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}
