import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs/seeds.md'), 'utf8');

/** A row of the page: a sentence of a document, and what is said about its tests, part by part. */
interface Row {
  readonly sentence: string;
  readonly parts: readonly string[];
}

/** Number of rows, and the SHA-256 of all words of the document, one blank between two. Markup is no word: quotes and asterisks may be written anyhow. */
const DOCUMENTS: readonly (readonly [document: string, rows: number, words: string])[] = [
  ['001', 21, '6776dcab29d131aadcc0d48d9fe7619d2c5a0d1ff215f2c45a5f4611a17138bc'],
  ['002', 31, 'c68b04860d44c7ac377af2ab55175572945a83931ede80f972e54a92abed9567'],
  ['003', 60, '61ef943484e75fd64ab6e5c81e5a9fb5d5afb7d7c475a3ed036103b2d9e74b4d'],
];

function rowsOf(document: string): Row[] {
  const section = PAGE.split(`\n## ${document} `)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (.+) \| (.+) \|$/gm)]
    .map(([, sentence = '', tests = '']) => ({ sentence, parts: tests.split('<br>') }))
    .filter(({ sentence }) => sentence !== 'sentence');
}

const titles = new Map<string, readonly string[]>();

/** The titles of the tests in a file, as they are written there: `%s` and `${…}` are not filled in. */
function titlesIn(file: string): readonly string[] {
  const known = titles.get(file);
  if (known) return known;
  const found: string[] = [];
  const path = join(ROOT, file);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|tells)\b/.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) found.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  if (existsSync(path)) visit(ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  titles.set(file, found);
  return found;
}

/** Nothing, or what is wrong with what is said beside a sentence. */
function wrongWith(part: string): string | undefined {
  if (/^(says nothing to test|later): \S/.test(part)) return undefined;
  const [, file = '', title = ''] = /^`([^`]+\.spec\.ts)`: (.+)$/.exec(part) ?? [];
  if (file === '') return `neither a test nor a reason: ${part}`;
  const beginning = title.endsWith(' …') ? title.slice(0, -2) : undefined;
  const named = titlesIn(file).filter((one) => (beginning === undefined ? one === title : one.startsWith(beginning)));
  return named.length === 1 ? undefined : `${file} has ${named.length} tests titled ${title}`;
}

describe.each(DOCUMENTS)('docs/seeds.md, document %s', (document, count, words) => {
  const rows = rowsOf(document);

  it('has every sentence, word by word and in order', () => {
    const said = rows.flatMap(({ sentence }) => sentence.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
    expect({ count: rows.length, words: createHash('sha256').update(said).digest('hex') }).toEqual({ count, words });
  });

  it('names for each sentence tests that there are, or the reason why there is none', () => {
    expect(rows.flatMap(({ parts }) => parts.map(wrongWith).filter((wrong) => wrong !== undefined))).toEqual([]);
  });
});
