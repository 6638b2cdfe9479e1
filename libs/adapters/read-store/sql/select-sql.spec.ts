import { READINGS } from '@slipway/kernel/testing/read-store.fixture';
import { SqliteConnection } from '../sqlite/sqlite-connection';
import { sqliteDialect } from '../sqlite/sqlite-dialect';
import { SelectCompiler } from './select-sql';
import { createIndexes, createTable } from './table-sql';

describe('a compiled query', () => {
  const connection = new SqliteConnection(':memory:');
  const compiler = new SelectCompiler(sqliteDialect);
  const planOf = (sql: { text: string; values: readonly unknown[] }) =>
    connection.all({ text: `EXPLAIN QUERY PLAN ${sql.text}`, values: sql.values }).map((row) => String(row[3]));

  beforeAll(() => {
    connection.exec(createTable(READINGS, 'readings', sqliteDialect));
    for (const index of createIndexes(READINGS, 'readings', sqliteDialect)) connection.exec(index);
  });
  afterAll(() => connection.close());

  it('seeks to a page by index instead of walking there', () => {
    const plan = planOf(compiler.select(READINGS, 'readings', { orderBy: ['-label'], after: ['x', 'a'], limit: 10 }));
    expect(plan.filter((step) => step.startsWith('SEARCH readings USING'))).toHaveLength(3);
    expect(plan.filter((step) => step.startsWith('SCAN readings'))).toEqual([]);
  });

  it('pages by key with one seek and no sorting', () => {
    expect(planOf(compiler.select(READINGS, 'readings', { after: ['a'], limit: 10 }))).toEqual([
      'SEARCH readings USING PRIMARY KEY (id>?)',
    ]);
  });

  it('takes every value as a parameter', () => {
    const sql = compiler.select(READINGS, 'readings', { where: { label: "'; DROP TABLE readings; --" } } as never);
    expect(sql.text).not.toContain('DROP');
    expect(sql.values).toEqual(["'; DROP TABLE readings; --"]);
  });
});
