import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { defined, type Snapshot, utcTime } from '@slipway/kernel';
import { Answer, IsText, IsTime, Optional, type Page, paged, PageQuery, positionOf, ReadModels, type ReadQuery } from '@slipway/platform';
import { noDeadLetter, type Replays } from '../domain/dead-letter';
import { type KeptLetter, keptLettersTable } from '../intake/kept-letter';
import { KeptLetters } from '../intake/kept-letters';
import { deadLetterReplays, replaysTable } from '../projections/dead-letter-replays';

/** Filters of a list of dead letters; `since` bounds `at`, when they died. */
export class DeadLettersQuery extends PageQuery {
  @Optional() @IsText(1, 250) topic?: string;
  @Optional() @IsText(1, 250) group?: string;
  @Optional() @IsTime() since?: string;
}

/** A dead letter as everybody may see it: what its message says may be a secret. */
export interface DeadLetterResource extends Omit<KeptLetter, 'message' | 'sealed'> {
  readonly replays?: Replays;
}

export class ListDeadLetters {
  constructor(readonly query: DeadLettersQuery) {}
}

/** The newest first. */
@QueryHandler(ListDeadLetters)
export class ListDeadLettersHandler implements IQueryHandler<ListDeadLetters> {
  constructor(
    private readonly models: ReadModels,
    private readonly letters: KeptLetters,
  ) {}

  async execute({ query }: ListDeadLetters): Promise<Answer<Page<DeadLetterResource>>> {
    const { topic, group, since } = query;
    const where = defined({ topic, group, at: since === undefined ? undefined : { gte: utcTime(since) } });
    const page = await this.letters.read((snapshot) => paged(snapshot, keptLettersTable, { where, orderBy: ['-at'], page: query }, shown));
    return this.models.from(deadLetterReplays, positionOf(query), async (snapshot) => ({
      ...page,
      items: await withReplays(snapshot, page.items),
    }));
  }
}

export class ShowDeadLetter {
  constructor(
    readonly id: string,
    readonly query: ReadQuery,
  ) {}
}

@QueryHandler(ShowDeadLetter)
export class ShowDeadLetterHandler implements IQueryHandler<ShowDeadLetter> {
  constructor(
    private readonly models: ReadModels,
    private readonly letters: KeptLetters,
  ) {}

  async execute({ id, query }: ShowDeadLetter): Promise<Answer<DeadLetterResource>> {
    const kept = await this.letters.find(id);
    if (!kept) throw noDeadLetter(id);
    const answer = await this.models.from(deadLetterReplays, positionOf(query), (snapshot) => withReplays(snapshot, [shown(kept)]));
    return new Answer(answer.body[0]!, answer.position);
  }
}

function shown({ message: _message, sealed: _sealed, ...letter }: KeptLetter): DeadLetterResource {
  return letter;
}

async function withReplays(snapshot: Snapshot, letters: readonly DeadLetterResource[]): Promise<DeadLetterResource[]> {
  const found = await snapshot.getMany(
    replaysTable,
    letters.map(({ id }) => [id]),
  );
  const replays = new Map(found.map(({ deadLetter, ...row }) => [deadLetter, row]));
  return letters.map((letter) => defined({ ...letter, replays: replays.get(letter.id) }));
}
