import type { IndexedName } from './indexed-names';
import { itemsOf } from './loop-items';
import type { Expanding, LoopItem, Names } from './names';
import { nameKey } from './variable';

/** What the variables of a context say of names. */
interface Source {
  /** Whether a value applies here. */
  isKnown(name: string): boolean;
  /** The items of an indexed set that have a value here, in the order defined. */
  itemsOf(name: string): readonly IndexedName[];
  /** Told of a name that became empty text. */
  missing(name: string): void;
  /** Counts work. Throws when it is too much. */
  work(units: number): void;
}

/** Names outside of loops: variables. */
export class VariableNames implements Names {
  constructor(private readonly source: Source) {}

  *text(name: string, quiet: boolean): Expanding<string> {
    if (this.source.isKnown(name)) return yield nameKey(name);
    if (!quiet) this.source.missing(name);
    return '';
  }

  *items(name: string): Expanding<readonly LoopItem[]> {
    const set = this.source.itemsOf(name);
    if (set.length > 0) return set.map((item) => this.itemOf(item));
    return itemsOf(yield* this.text(name, true), (units) => this.source.work(units));
  }

  /** `#{i}` is the item's own value, or its key where only its parts have values. */
  private itemOf({ name, key }: IndexedName): LoopItem {
    const { source } = this;
    return {
      *text(path) {
        if (source.isKnown(name + path)) return yield nameKey(name + path);
        return path === '' || path.toUpperCase() === '.KEY' ? key : undefined;
      },
      items: (path) => this.items(name + path),
    };
  }
}
