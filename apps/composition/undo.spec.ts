import { Undo } from './undo';

describe('what is undone when a process ends', () => {
  it('is undone last first, and what is still in use is not taken away when a start gives up while the process is told to stop', async () => {
    const undo = new Undo();
    const said: string[] = [];
    let letGo = () => {};
    const atHand = new Promise<void>((resolve) => (letGo = resolve));
    undo.later(async () => void said.push('the store is closed'));
    undo.later(async () => {
      said.push('the processor stops');
      await atHand;
      said.push('the processor has saved');
    });
    const told = undo.all();
    const gaveUp = undo.all();
    letGo();
    await Promise.all([told, gaveUp]);
    expect(said).toEqual(['the processor stops', 'the processor has saved', 'the store is closed']);
  });

  it('goes on behind a step that failed, for whoever asks again, and tells only the one who asked first', async () => {
    const undo = new Undo();
    const said: string[] = [];
    undo.later(async () => void said.push('closed'));
    undo.later(() => Promise.reject(new Error('stuck')));
    const [first, second] = await Promise.allSettled([undo.all(), undo.all()]);
    expect([first.status, second.status, said]).toEqual(['rejected', 'fulfilled', ['closed']]);
  });
});
