import { cpus, loadavg, release, totalmem } from 'node:os';

/** What the figures were taken on. */
export function machine() {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    processors: `${processors.length} × ${processors[0]?.model.trim()}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    load: loadavg()[0]!,
  };
}
