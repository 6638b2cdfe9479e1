import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog, silentTelemetry } from '@slipway/kernel';
import { ScriptStep } from '@slipway/steps/script';
import { Worker } from '../../apps/worker/worker';
import { ClaimDesk, scriptTask } from './claim-desk';

// A worker with one attempt that runs (its processes are printed) and one whose claim is never answered, until it is killed.
async function main(workFolder: string): Promise<void> {
  const clock = new SystemClock();
  const bus = new MemoryMessageBus({ clock });
  const desk = await ClaimDesk.open(bus);
  desk.answer = ({ deployment }) => (deployment === 'begun' ? 'granted' : undefined);
  const options = {
    bus,
    clock,
    random: new SystemRandom(),
    log: silentLog,
    telemetry: silentTelemetry,
    stepTypes: [new ScriptStep()],
    pools: ['default'],
    concurrency: 2,
    workFolder,
  };
  const worker = new Worker(options);
  await worker.start();
  console.log(worker.id);
  await desk.dispatch(scriptTask('claimed', 'exit 1'));
  await desk.heard('claimed', 'claimed');
  const script = `trap '' TERM HUP; guard=$(pgrep -g $$ -f slipway-guard); (trap '' TERM; sleep 300 & echo "$$ $BASHPID $! $guard"; wait) & wait`;
  await desk.dispatch(scriptTask('begun', script));
  await desk.until(() => desk.text('stdout').endsWith('\n'));
  console.log(desk.text('stdout').trim());
}

setInterval(() => undefined, 60_000);
void main(process.argv[2]!);
