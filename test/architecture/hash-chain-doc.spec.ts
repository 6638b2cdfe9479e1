import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditEvent } from '@slipway/audit/queries/audit-event';
import { CHAIN_START, chained, type RecordedEvent } from '@slipway/kernel';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'decisions', '010-hash-chain.md'), 'utf8');

function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(PAGE) ?? [];
  if (text === undefined) throw new Error(`the page has no block of ${language}`);
  return text;
}

type Stored = Omit<RecordedEvent, 'position'>;
const example = (): Stored[] => JSON.parse(block('json')) as Stored[];

/** The rule as the page words it, written down without any code of the kernel. */
function hashesByTheRule(events: readonly Stored[]): string[] {
  let previous = '';
  return events.map(({ stream, version, id, type, data, metadata: { hash: _, ...metadata } }) => {
    const text = JSON.stringify([previous, stream, version, id, type, data, metadata]);
    previous = createHash('sha256').update(text, 'utf8').digest('hex');
    return previous;
  });
}

const hashesOf = (events: readonly { metadata: { hash?: string } }[]) => events.map(({ metadata }) => metadata.hash);

/** What the page's program says of events, given as the audit exports them. */
function verified(events: readonly Stored[]): string {
  const lines = events.map((event, index) => JSON.stringify(auditEvent({ ...event, position: BigInt(index + 1) })));
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', block('js')], { input: lines.join('\n'), encoding: 'utf8' });
  return stdout + stderr;
}

describe('the worked example of the hash chain', () => {
  it('is a stream from its first event on, with and without a trace', () => {
    const events = example();
    expect(events.map(({ stream, version }) => `${stream} ${version}`)).toEqual(['environment-development 0', 'environment-development 1']);
    expect(events.map(({ metadata }) => 'traceparent' in metadata)).toEqual([false, true]);
  });

  it('has the hashes that its rule gives', () => {
    expect(hashesByTheRule(example())).toEqual(hashesOf(example()));
  });

  it('has the hashes that the kernel gives', () => {
    const unchained = example().map(({ metadata: { hash: _, ...metadata }, ...event }) => ({ ...event, metadata }));
    expect(hashesOf(chained(CHAIN_START, 'environment-development', 0, unchained))).toEqual(hashesOf(example()));
  });

  it.each<[string, (event: Stored) => Stored]>([
    ['its data', (event) => ({ ...event, data: { slug: 'production' } })],
    ['who asked', (event) => ({ ...event, metadata: { ...event.metadata, actor: 'eve' } })],
    ['its id', (event) => ({ ...event, id: '01a1fe35-dc5d-7f57-91ce-386a90c9bc27' })],
    ['its type', (event) => ({ ...event, type: 'EnvironmentChanged' })],
  ])('breaks when somebody changes %s', (_what, change) => {
    const [first, second] = example() as [Stored, Stored];
    expect(verified([change(first), second])).toContain('wrong: environment-development, version 0');
    const [, mended] = hashesByTheRule([change(first), second]);
    expect(mended).not.toBe(second.metadata.hash);
  });
});

describe('the program of the page', () => {
  it('finds the example right', () => {
    expect(verified(example())).toBe('1 streams, 0 wrong hashes\n');
  });

  it('finds a missing event', () => {
    expect(verified(example().slice(1))).toBe('wrong: environment-development, version 1 1\n1 streams, 1 wrong hashes\n');
  });
});
