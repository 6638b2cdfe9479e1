import { itemsOf } from './loop-items';
import type { Expanding, LoopItem, Names } from './names';
import { nameKey } from './variable';

const EACH = 'SLIPWAY.TEMPLATE.EACH.';

/** What every loop gives, folded as names are. */
export const EACH_NAMES: ReadonlySet<string> = new Set(['INDEX', 'FIRST', 'LAST'].map((name) => EACH + name));

/** Names inside a loop: the loop's word and `Slipway.Template.Each.…` first, then those around it. */
export class LoopNames implements Names {
  private readonly specials: ReadonlyMap<string, string>;

  constructor(
    private readonly outer: Names,
    private readonly word: string,
    private readonly item: LoopItem,
    { index, last }: { readonly index: number; readonly last: boolean },
  ) {
    const specials = { INDEX: String(index), FIRST: index === 0 ? 'True' : 'False', LAST: last ? 'True' : 'False' };
    this.specials = new Map(Object.entries(specials).map(([name, value]) => [EACH + name, value]));
  }

  *text(name: string, quiet: boolean): Expanding<string> {
    const special = this.specials.get(nameKey(name));
    if (special !== undefined) return special;
    const path = this.pathOf(name);
    const own = path === undefined ? undefined : yield* this.item.text(path);
    return own ?? (yield* this.outer.text(name, quiet));
  }

  *items(name: string): Expanding<readonly LoopItem[]> {
    const special = this.specials.get(nameKey(name));
    if (special !== undefined) return itemsOf(special, () => undefined);
    const path = this.pathOf(name);
    const own = path === undefined ? undefined : yield* this.item.items(path);
    return own ?? (yield* this.outer.items(name));
  }

  private pathOf(name: string): string | undefined {
    if (nameKey(name.slice(0, this.word.length)) !== nameKey(this.word)) return undefined;
    const path = name.slice(this.word.length);
    return path === '' || path.startsWith('.') || path.startsWith('[') ? path : undefined;
  }
}
