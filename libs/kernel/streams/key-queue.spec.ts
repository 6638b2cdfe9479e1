import { KeyQueue } from './key-queue';

function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a queue per key', () => {
  it('runs the tasks of one key one after another, in the order they came', async () => {
    const queue = new KeyQueue();
    const seen: string[] = [];
    const task = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([queue.run('a', task('one')), queue.run('a', task('two'))])).toEqual(['one', 'two']);
    expect(seen).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('lets the tasks of other keys pass', async () => {
    const queue = new KeyQueue();
    const { opened, open } = gate();
    const slow = queue.run('a', () => opened);
    await queue.run('b', () => Promise.resolve());
    open();
    await slow;
  });

  it('tells each caller its own failure and goes on with the next', async () => {
    const queue = new KeyQueue();
    const failed = queue.run('a', () => Promise.reject(new Error('this one only')));
    const next = queue.run('a', () => Promise.resolve('fine'));
    await expect(failed).rejects.toThrow('this one only');
    expect(await next).toBe('fine');
  });

  it('starts at once when the key is free again', async () => {
    const queue = new KeyQueue();
    await queue.run('a', () => Promise.resolve());
    await new Promise((resolve) => setImmediate(resolve));
    let started = false;
    const running = queue.run('a', () => {
      started = true;
      return Promise.resolve();
    });
    expect(started).toBe(true);
    await running;
  });
});
