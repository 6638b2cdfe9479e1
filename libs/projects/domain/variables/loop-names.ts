import { itemsOf } from './loop-items';
import type { Expanding, LoopItem, Names } from './names';
import { nameKey } from './variable';

/** What every loop gives, folded as names are. */
export const EACH_NAMES: ReadonlySet<string> = new Set(['INDEX', 'FIRST', 'LAST'].map((name) => `SLIPWAY.TEMPLATE.EACH.${name}`));

/** Names inside a loop: the loop's word and `Slipway.Template.Each.…` first, then those around it. */
export class LoopNames implements Names {
  constructor(
    private readonly outer: Names,
    private readonly word: string,
    private readonly item: LoopItem,
    private readonly turn: { readonly index: number; readonly last: boolean },
  ) {}

  *text(name: string, quiet: boolean): Expanding<string> {
    const special = this.special(nameKey(name));
    if (special !== undefined) return special;
    const path = this.pathOf(name);
    const own = path === undefined ? undefined : yield* this.item.text(path);
    return own ?? (yield* this.outer.text(name, quiet));
  }

  *items(name: string): Expanding<readonly LoopItem[]> {
    const special = this.special(nameKey(name));
    if (special !== undefined) return itemsOf(special, () => undefined);
    const path = this.pathOf(name);
    const own = path === undefined ? undefined : yield* this.item.items(path);
    return own ?? (yield* this.outer.items(name));
  }

  private special(key: string): string | undefined {
    if (!EACH_NAMES.has(key)) return undefined;
    const { index, last } = this.turn;
    if (key.endsWith('INDEX')) return String(index);
    return (key.endsWith('FIRST') ? index === 0 : last) ? 'True' : 'False';
  }

  private pathOf(name: string): string | undefined {
    if (nameKey(name.slice(0, this.word.length)) !== nameKey(this.word)) return undefined;
    const path = name.slice(this.word.length);
    return path === '' || path.startsWith('.') || path.startsWith('[') ? path : undefined;
  }
}
