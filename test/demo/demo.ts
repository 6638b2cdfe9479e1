import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { deletion } from './chapters/deletion';
import { excludedStep } from './chapters/excluded-step';
import { freeze } from './chapters/freeze';
import { guidedFailure } from './chapters/guided-failure';
import { history } from './chapters/history';
import { newVariables } from './chapters/new-variables';
import { opening } from './chapters/opening';
import { powerCut } from './chapters/power-cut';
import { rollback } from './chapters/rollback';
import { secondRelease } from './chapters/second-release';
import { wayToProduction } from './chapters/way-to-production';
import type { Ending } from './slipway-process';
import { Stage } from './stage';
import { fact, Story, StoryBroken } from './story';

const CHAPTERS = [
  opening,
  wayToProduction,
  excludedStep,
  newVariables,
  deletion,
  powerCut,
  secondRelease,
  guidedFailure,
  freeze,
  rollback,
  history,
];

/** Tells the life of a small shop against a real Slipway, with `--cluster` one of several processes; exit code 0 only if every sentence held. */
async function demo(): Promise<number> {
  const { values } = parseArgs({ options: { cluster: { type: 'boolean', default: false } } });
  const story = new Story((text) => void process.stdout.write(text));
  const stage = await Stage.open(story, values.cluster);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= stage.close());
  const interrupt = (why: string, code: number) => {
    if (closing) return;
    process.stderr.write(`${story.time()} ${why}: clearing away.\n`);
    void close().finally(() => process.exit(code));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt(signal, 128 + constants.signals[signal]));
  }
  process.stdout.on('error', () => interrupt('Nobody listens any more', 1));
  try {
    for (const chapter of CHAPTERS) await chapter(stage);
    story.chapter('The end');
    const endings = await stage.slipway.end('SIGTERM');
    story.tell('Slipway was asked to stop, and left in order.', [fact('exit codes other than 0', endings.filter(failed), [])]);
    await close();
    story.end();
    return 0;
  } catch (error) {
    // Whoever interrupted it knows why it broke; that one ends the process.
    if (closing) return new Promise(() => undefined);
    const words = error instanceof StoryBroken ? error.message : (error as Error).stack;
    const failure = await stage.lastFailure();
    process.stderr.write(`\n${story.time()} ${words}\n${failure && `\nThe steps printed:\n${failure}`}`);
    process.stderr.write(`\nSlipway said last:\n${stage.slipway.lastWords}\n`);
    await close();
    return 1;
  }
}

function failed({ code }: Ending): boolean {
  return code !== 0;
}

demo().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
