import { IsInt, IsString } from 'class-validator';
import { isDomainError } from '@slipway/kernel';
import { checkShape } from './check-shape';
import { AreSlugs, AreTexts, IsListOf, IsPart, IsTextOfBytes, IsTextRecord } from './parts';
import { Clearable, IsPeriod, IsReason, IsSlug, IsText, IsTime, IsWholeNumber, NotYet, Optional } from './rules';

class Leaf {
  @IsInt({ message: 'must be a whole number' }) size!: number;
}

class Branch {
  @IsSlug() name!: string;
  @IsListOf(Leaf, 3, 'leaves') leaves!: Leaf[];
  @Optional() @IsPart(Leaf) largest?: Leaf;
  @Optional() @NotYet() fruit?: never;
}

class Tree {
  @IsText(1, 5) name!: string;
  @Optional() @IsListOf(Branch, 2, 'branches') branches?: Branch[];
  @Clearable() @IsText(0, 3) kind?: string | null;
  @Optional() @NotYet('oak') wood?: 'oak';
  @Optional() @IsTime() planted?: string;
  @Optional() @IsPeriod() age?: string;
  @Optional() @IsText(1, 2, true) rings?: string[];
  @Optional() @IsTextOfBytes(6) label?: string;
}

class Why {
  @Optional() @IsWholeNumber(1, 3) often?: number;
  @Optional() @IsReason() reason?: string;
  @Optional() @AreSlugs(1, 2) for?: string[];
  @Optional() @AreTexts(0, 2, 3) not?: string[];
  @Optional() @IsTextRecord(2, 5) answers?: Record<string, string>;
}

class Odd {
  @IsString({ message: 'must be a text' }) 'a/b~c'!: string;
}

function refusalOf(sent: object, type: new () => object = Tree, prefix?: string) {
  try {
    checkShape(type, sent, prefix);
  } catch (error) {
    if (isDomainError(error)) return { kind: error.kind, code: error.code, pointers: error.errors.map(({ pointer }) => pointer) };
    throw error;
  }
  return undefined;
}

function told(sent: object) {
  try {
    checkShape(Why, sent);
  } catch (error) {
    if (isDomainError(error)) return error.errors.map(({ message }) => message);
    throw error;
  }
  return [];
}

const invalid = (...pointers: string[]) => ({ kind: 'invalid', code: 'request.invalid', pointers });
const branch = (...leaves: unknown[]) => ({ name: 'low', leaves });

describe('the shape of a request', () => {
  it('fits its class, nested ones too', () => {
    const tree = checkShape(Tree, { name: 'ash', branches: [branch({ size: 1 })], kind: null, wood: 'oak' });
    expect(tree).toBeInstanceOf(Tree);
    expect(tree.branches?.[0]).toBeInstanceOf(Branch);
    expect(tree.branches?.[0]?.leaves[0]).toEqual({ size: 1 });
  });

  it.each([
    [{ often: '2' }, 'must be a whole number'],
    [{ often: 1.5 }, 'must be a whole number'],
    [{ often: 0 }, 'must be at least 1'],
    [{ often: 4 }, 'must be at most 3'],
    [{ reason: 7 }, 'must be a text'],
    [{ reason: '' }, 'must have 1 to 2000 characters'],
    [{ reason: ' \n' }, 'must say why'],
    [{ for: 'shop' }, 'must be a list'],
    [{ for: [] }, 'must name at least one, or be left out'],
    [{ for: ['a', 'b', 'c'] }, 'must name at most 2'],
    [{ for: ['a', 'a'] }, 'must not repeat itself'],
    [{ not: ['long'] }, 'must have 1 to 3 characters'],
  ])('is told the first thing that is wrong: %j %s', (sent, message) => {
    expect(told(sent)).toEqual([message]);
    expect(told({ often: 3, reason: ' so ', for: ['a', 'b'], not: [] })).toEqual([]);
  });

  it('is refused with every violation, each with its pointer', () => {
    const sent = { name: '', branches: [branch({ size: 1 }, { size: '2' }, { size: 3, more: 1 }), { name: 'Up' }], kind: 'long', x: 1 };
    expect(refusalOf(sent)).toEqual(
      invalid('/x', '/name', '/branches/0/leaves/1/size', '/branches/0/leaves/2/more', '/branches/1/name', '/branches/1/leaves', '/kind'),
    );
  });

  it('is told of each text of a record where it stands, and of the record what is wrong with all of it', () => {
    const answers = (sent: unknown) => {
      try {
        return checkShape(Why, { answers: sent }).answers;
      } catch (error) {
        if (isDomainError(error)) return error.errors;
        throw error;
      }
    };
    expect(answers({ a: '', 'b?': '12345' })).toEqual({ a: '', 'b?': '12345' });
    expect(answers({ 'Chk?': true, 'a/b': 5 })).toEqual([
      { pointer: '/answers/Chk?', message: 'must be a text: "True", not true' },
      { pointer: '/answers/a~1b', message: 'must be a text: "5", not 5' },
    ]);
    expect(answers({ a: null, b: '123456' })).toEqual([
      { pointer: '/answers/a', message: 'must be a text' },
      { pointer: '/answers/b', message: 'must have at most 5 characters' },
    ]);
    for (const whole of [{ a: '', b: '', c: 1 }, ['a'], 'a', null])
      expect(answers(whole)).toEqual([
        { pointer: '/answers', message: 'must be an object of at most 2 texts of at most 5 characters each' },
      ]);
  });

  it('escapes pointers as RFC 6901 says', () => {
    expect(refusalOf({ 'a/b~c': 1 }, Odd)).toEqual(invalid('/a~1b~0c'));
    expect(refusalOf({ 'a/b~c': '', '~/': 1 }, Odd)).toEqual(invalid('/~0~1'));
  });

  it('points at query parameters by their names', () => {
    expect(refusalOf({ name: 1, more: 2 }, Tree, '?')).toEqual(invalid('?more', '?name'));
  });

  it('takes lists of objects only, and no list for an object', () => {
    for (const branches of [[[]], [[branch()]], [null], [1], ['x'], {}, 'x', 1, null])
      expect(refusalOf({ name: 'ash', branches })).toEqual(invalid('/branches'));
    for (const largest of [[], [{ size: 1 }], 'x', null, 1])
      expect(refusalOf({ name: 'ash', branches: [{ ...branch(), largest }] })).toEqual(invalid('/branches/0/largest'));
  });

  it('bounds lists before it looks into them', () => {
    expect(refusalOf({ name: 'ash', branches: [{}, {}, {}] })).toEqual(invalid('/branches'));
  });

  it('tells what may be left out from what may be null', () => {
    expect(refusalOf({ name: 'ash', wood: null })).toMatchObject({ code: 'not-supported-yet' });
    expect(refusalOf({ name: null })).toEqual(invalid('/name'));
    expect(refusalOf({ name: 'ash', planted: null })).toEqual(invalid('/planted'));
    expect(refusalOf({ name: 'ash', kind: null })).toBeUndefined();
  });

  it('says not-supported-yet for capabilities to come, whatever else is wrong', () => {
    const pointers = ['/branches/0/fruit', '/wood'];
    expect(refusalOf({ name: 1, wood: 'ash', branches: [{ fruit: 'plum' }] })).toEqual({
      kind: 'unsupported',
      code: 'not-supported-yet',
      pointers,
    });
  });

  it('knows times, periods and lengths', () => {
    for (const planted of ['2026-01-05', '2026-01-05T08:00:00', '2026-02-30T08:00:00Z', 'now', 5, {}])
      expect(refusalOf({ name: 'ash', planted })).toEqual(invalid('/planted'));
    for (const age of ['1h', 'P1M', 'PT', '-PT1H', 'PT1e3S', 3_600, []]) expect(refusalOf({ name: 'ash', age })).toEqual(invalid('/age'));
    for (const rings of [['abc'], [1], [''], [null], [['a']]]) expect(refusalOf({ name: 'ash', rings })).toEqual(invalid('/rings'));
    expect(refusalOf({ name: 'ash', planted: '2026-01-05T10:00:00+02:00', age: 'PT1H30M', rings: ['a', 'bc'] })).toBeUndefined();
  });

  it('counts the bytes of a text as JSON, where it must fit an event', () => {
    for (const label of ['abcdef', 'ääa', '\u0001', '"""']) expect(refusalOf({ name: 'ash', label })).toBeUndefined();
    for (const label of ['abcdefg', 'ääää', '\u0001a', '""""', 7]) expect(refusalOf({ name: 'ash', label })).toEqual(invalid('/label'));
  });

  it('refuses names that class-transformer would silently leave out', () => {
    expect(refusalOf(JSON.parse('{"name":"ash","constructor":1}') as object)).toEqual(invalid('/constructor'));
    expect(refusalOf(JSON.parse('{"name":"ash","branches":[{"__proto__":{}}]}') as object)).toEqual(invalid('/branches/0/__proto__'));
  });
});
