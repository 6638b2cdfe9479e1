import { followWork, within } from '@slipway/kernel';
import { ManualClock } from '@slipway/kernel/testing';
import { ConsoleLog, type Level } from './console-log';
import { jsonLine, textLine } from './log-lines';

const clock = new ManualClock();

function logged(level: Level, format: 'text' | 'json') {
  const lines: string[] = [];
  const log = new ConsoleLog(clock, level, format === 'json' ? jsonLine('api', level) : textLine, (line) => lines.push(line));
  return { log, lines };
}

describe('lines of the log', () => {
  beforeAll(followWork);

  it('are for people as text: time, level, words and facts', () => {
    const { log, lines } = logged('info', 'text');
    log.info('ready');
    log.warn('the bus is away', { reason: 'no route', tries: 2 });
    log.debug('not this');
    const time = clock.timestamp();
    expect(lines).toEqual([`${time} INFO  ready\n`, `${time} WARN  the bus is away {"reason":"no route","tries":2}\n`]);
  });

  it('are for machines one JSON object each, with the work that they were said of', () => {
    const { log, lines } = logged('info', 'json');
    const work = { correlationId: 'walk-7', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    within(work, () => log.warn('two\nlines', { topic: 'slipway.logs' }));
    log.info('said of nothing');
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: clock.timestamp(),
        level: 'warn',
        process: 'api',
        message: 'two\nlines',
        correlationId: 'walk-7',
        traceId: '0af7651916cd43dd8448eb211c80319c',
        facts: { topic: 'slipway.logs' },
      },
      { time: clock.timestamp(), level: 'info', process: 'api', message: 'said of nothing' },
    ]);
  });

  it('show the stack of an error to who looks for faults', () => {
    const facts = { traceId: 'request-1', stack: 'Error: at once' };
    const factsAt = (level: Level) => {
      const { log, lines } = logged(level, 'json');
      log.error('it broke', facts);
      return (JSON.parse(lines[0]!) as { facts: object }).facts;
    };
    expect([factsAt('info'), factsAt('debug')]).toEqual([{ traceId: 'request-1' }, facts]);
  });
});
