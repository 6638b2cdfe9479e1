type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly name: string;
  /** The metric that it belongs to: without `_bucket`, `_sum` and `_count` of a histogram. */
  readonly family: string;
  readonly labels: Labels;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/gy;

/** A page of metrics, read as strictly as Prometheus does (text format 0.0.4). Throws for a line that is none. */
export function exposition(page: string) {
  const families = new Map<string, string>();
  const helped = new Set<string>();
  const samples: Sample[] = [];
  for (const line of page.split('\n').filter((one) => one !== '')) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (what === 'HELP') helped.add(name);
    else if (what === 'TYPE' && helped.has(name)) families.set(name, rest);
    else samples.push(sampleOf(line, families));
  }
  const value = (name: string, labels: Labels): number | undefined =>
    samples.find((one) => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text))?.value;
  return { families, samples, value };
}

function sampleOf(line: string, families: ReadonlyMap<string, string>): Sample {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no line of metrics: ${line}`);
  const pairs = [...labels.matchAll(LABEL)];
  if (pairs.map(([pair]) => pair).join('') !== labels) throw new Error(`no labels: ${line}`);
  const family = families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
  const told = value === '+Inf' ? Infinity : Number(value);
  return { name, family, labels: Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text])), value: told };
}
