/** What a query answers: the body, and the position that it reflects. `version` is the stream's where the body is one resource. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly position: bigint,
    readonly version?: number,
  ) {}
}

/** Every list: at most `limit` items; `next` is absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}
