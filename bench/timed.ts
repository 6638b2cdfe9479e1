/** How many of `count` pieces of work were done per second, so many at a time. */
export async function rate(count: number, inFlight: number, work: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  return perSecond(count, () => Promise.all(Array.from({ length: inFlight }, lane)));
}

/** The same for work that does all of them by itself. */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - begun);
}
