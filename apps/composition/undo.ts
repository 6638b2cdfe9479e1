/** What must be undone when a process ends, last first, and one after another. */
export class Undo {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private undoing: Promise<void> = Promise.resolve();

  later(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  /** Undoes what was done so far; what is done meanwhile is undone too. Asked again meanwhile, it goes on behind the step at hand: that may still use the rest. */
  all(): Promise<void> {
    const undone = this.undoing.then(() => this.undoSteps());
    this.undoing = undone.catch(() => undefined);
    return undone;
  }

  private async undoSteps(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}
