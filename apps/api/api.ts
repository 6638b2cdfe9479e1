import { patiently } from '@slipway/kernel';
import { composeShared } from '../composition/compose';
import { ComposedProcess } from '../composition/composed-process';
import { prepareTables } from '../composition/prepare-tables';
import type { Surroundings } from '../composition/run-process';
import { slices } from '../composition/slices';
import { allTopics } from '../composition/topics';
import { httpApplication, listen } from './http-application';
import { takeCommands } from './take-commands';

/** Commands and queries, over HTTP and the bus. */
export class Api extends ComposedProcess {
  constructor(private readonly surroundings: Surroundings) {
    super();
  }

  protected async begin(): Promise<string> {
    const { undo, surroundings } = this;
    const parts = composeShared(surroundings, undo);
    const { settings, clock, log, bus, readStore } = parts;
    const application = await httpApplication(parts);
    undo.later(() => application.close());
    // Before everything is there: who asks is told what is waited for.
    const address = await listen(application, settings);
    const patience = { clock, log, signal: this.stopping };
    await patiently('the read store', () => prepareTables(readStore, slices), patience);
    await patiently('the message bus', () => bus.ensureTopics(allTopics(settings)), patience);
    const intake = await takeCommands(parts, application);
    undo.later(() => intake.stop());
    return `${address}/docs`;
  }
}
