import { refusalOf } from '@slipway/kernel/testing';
import fc from 'fast-check';
import { VariableResolver } from './resolver';
import type { Variable } from './variable';
import { checkVariables } from './variable-set';

// fast-check prints the seed and the path of a failure: give both to fc.assert to replay it.
const RUNS = { numRuns: 500 };

/** A text as the model reads it; what the resolver reads is printed from it, so that the model shares no parser with what it judges. */
type Node =
  | { is: 'text'; text: string }
  | { is: 'name'; name: string; filters: ('ToUpper' | 'Trim')[] }
  | { is: 'put together'; outer: string; inner: string }
  | {
      is: 'if' | 'unless';
      name: string;
      compared?: { operator: '==' | '!='; with: string; quoted: boolean };
      then: Node[];
      otherwise: Node[];
    }
  | { is: 'each'; word: string; of: string; body: Node[] }
  | { is: 'sum'; numbers: (number | string)[] };

const NAMES = ['A', 'B', 'C', 'X', 'X[1].P', 'X[2].P', 'X[2].Q', 'i', 'None'];
const WORDS = ['i', 'j'];
const name = fc.constantFrom(...NAMES, ...WORDS, 'i.P', 'J.Q', 'slipway.template.each.index');
const { nodes } = fc.letrec<{ nodes: Node[]; node: Node }>((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 3, depthIdentifier: 'nodes' }),
  node: fc.oneof(
    { depthIdentifier: 'nodes', maxDepth: 4 },
    fc.record({ is: fc.constant('text' as const), text: fc.constantFrom('1', ' ', ',', 'no', '#{x}') }),
    fc.record({
      is: fc.constant('name' as const),
      name,
      filters: fc.array(fc.constantFrom('ToUpper' as const, 'Trim' as const), { maxLength: 2 }),
    }),
    fc.record({ is: fc.constant('put together' as const), outer: fc.constant('X'), inner: name }),
    fc.record({
      is: fc.constant('sum' as const),
      numbers: fc.array(fc.oneof(fc.nat(9), fc.constantFrom('A', 'B')), { minLength: 1, maxLength: 3 }),
    }),
    fc.record(
      {
        is: fc.constantFrom('if' as const, 'unless' as const),
        name,
        compared: fc.record({ operator: fc.constantFrom('==' as const, '!=' as const), with: name, quoted: fc.boolean() }),
        then: tie('nodes'),
        otherwise: tie('nodes'),
      },
      { requiredKeys: ['is', 'name', 'then', 'otherwise'] },
    ),
    fc.record({ is: fc.constant('each' as const), word: fc.constantFrom(...WORDS), of: name, body: tie('nodes') }),
  ),
}));

const print = (all: readonly Node[]): string => all.map(printed).join('');
function printed(node: Node): string {
  switch (node.is) {
    case 'text':
      return node.text.replaceAll('#{', '##{');
    case 'name':
      return `#{${[node.name, ...node.filters].join(' | ')}}`;
    case 'put together':
      return `#{${node.outer}[#{${node.inner}}].P}`;
    case 'sum':
      return `#{calc ${node.numbers.join(' + ')}}`;
    case 'each':
      return `#{each ${node.word} in ${node.of}}${print(node.body)}#{/each}`;
    case 'if':
    case 'unless': {
      const { is, name, compared, then, otherwise } = node;
      const right = compared && (compared.quoted ? `"${compared.with}"` : compared.with);
      const test = compared ? `${name} ${compared.operator} ${right}` : name;
      return `#{${is} ${test}}${print(then)}${otherwise.length > 0 ? `#{else}${print(otherwise)}` : ''}#{/${is}}`;
    }
  }
}

/** A value, or its items by path: what a loop's word means. */
type Item = (path: string) => string | undefined;
type Meaning = (name: string) => string | undefined;

/** Slow and obvious: everything is looked up and copied each time. */
function model(all: readonly Node[], of: Meaning, values: Readonly<Record<string, string>>): string {
  const text = (name: string) => of(name) ?? '';
  return all
    .map((node): string => {
      switch (node.is) {
        case 'text':
          return node.text;
        case 'name':
          return node.filters.reduce((value, filter) => (filter === 'Trim' ? value.trim() : value.toUpperCase()), text(node.name));
        case 'put together':
          return text(`${node.outer}[${text(node.inner)}].P`);
        case 'sum': {
          const numbers = node.numbers.map((one) =>
            typeof one === 'number' ? one : /^\d+$/.test(text(one).trim()) ? Number(text(one)) : NaN,
          );
          const sum = numbers.reduce((left, right) => left + right);
          return Number.isNaN(sum) ? '' : String(sum);
        }
        case 'each': {
          const items = itemsOf(node.of, of, values);
          return items.map((item, index) => model(node.body, inLoop(node.word, item, index, of), values)).join('');
        }
        case 'if':
        case 'unless': {
          const { name, compared } = node;
          const right = compared && (compared.quoted ? compared.with : text(compared.with));
          const holds = compared
            ? (text(name) === right) === (compared.operator === '==')
            : !['', 'false', 'no', '0'].includes(text(name).trim().toLowerCase());
          return model(holds === (node.is === 'if') ? node.then : node.otherwise, of, values);
        }
      }
    })
    .join('');
}

function inLoop(word: string, item: Item, index: number, outer: Meaning): Meaning {
  return (name) => {
    if (name.toLowerCase() === 'slipway.template.each.index') return String(index);
    const [first, ...rest] = name.split(/(?=[.[])/);
    const own = first?.toLowerCase() === word ? item(rest.join('')) : undefined;
    return own ?? outer(name);
  };
}

function itemsOf(collection: string, of: Meaning, values: Readonly<Record<string, string>>): Item[] {
  const isSet = collection.toLowerCase() === 'x';
  const get = (name: string) => Object.entries(values).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
  if (isSet) {
    const keys = [...new Set(Object.keys(values).flatMap((one) => /^X\[(.)\]/.exec(one)?.[1] ?? []))];
    if (keys.length > 0) return keys.map((key) => (path) => get(`X[${key}]${path}`) ?? (path === '' ? key : undefined));
  }
  const text = of(collection) ?? '';
  return text === '' ? [] : text.split(',').map((one) => (path) => (path === '' ? one : undefined));
}

const values = fc.dictionary(fc.constantFrom(...NAMES.slice(0, -1)), fc.constantFrom('', '1', 'no', 'a,b', ' x', '2', 'A', 'i'), {
  maxKeys: 7,
});

const accepted = (variables: readonly Variable[]) => refusalOf(() => checkVariables(variables)) === undefined;

describe('for any text with statements', () => {
  test('the resolver gives what the slow and obvious model gives', () => {
    fc.assert(
      fc.property(nodes, values, (all, texts) => {
        const variables = Object.entries(texts).map(([name, value]): Variable => ({ name, value }));
        const get: Meaning = (name) => Object.entries(texts).find(([one]) => one.toLowerCase() === name.trim().toLowerCase())?.[1];
        expect(new VariableResolver(variables, { roles: [] }).expand(print(all))).toBe(model(all, get, texts));
      }),
      RUNS,
    );
  });

  test('a set of such texts that may be saved has no circle, whatever branches and loops it takes', () => {
    const set = fc.dictionary(fc.constantFrom(...NAMES.slice(0, -1)), nodes, { maxKeys: 4 });
    let saved = 0;
    fc.assert(
      fc.property(set, (texts) => {
        const variables = Object.entries(texts).map(([name, value]): Variable => ({ name, value: print(value) }));
        if (!accepted(variables)) return;
        saved += 1;
        expect(() => new VariableResolver(variables, { roles: [] }).all()).not.toThrow();
      }),
      RUNS,
    );
    expect(saved).toBeGreaterThan(50);
  });

  test('the generated texts hold loops that turn and both branches, so that the other test says something', () => {
    const samples = fc.sample(fc.tuple(nodes, values), { numRuns: 500, seed: 1 });
    const printedTexts = samples.map(([all]) => print(all));
    expect(printedTexts.filter((text) => text.includes('#{each')).length).toBeGreaterThan(50);
    expect(printedTexts.filter((text) => text.includes('#{else}')).length).toBeGreaterThan(20);
    expect(printedTexts.filter((text) => text.includes('==')).length).toBeGreaterThan(20);
  });
});
