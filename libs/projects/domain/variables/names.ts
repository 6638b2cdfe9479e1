/** Expanding in steps: yields the folded name of a variable whose text it needs, is sent that text (empty for none), and returns what it made. */
export type Expanding<Result> = Generator<string, Result, string>;

/** What names mean at a place in a text. */
export interface Names {
  /** The text of a name; empty where there is none, which is told as a warning unless `quiet`. */
  text(name: string, quiet: boolean): Expanding<string>;
  /** What `#{each}` goes through for a name; nothing where there is none. */
  items(name: string): Expanding<readonly LoopItem[]>;
}

/** What a loop's word stands for; `path` is what follows the word: nothing, `.Prop`, `[0]`, `.Prop[0].Sub`. Undefined where it has nothing there. */
export interface LoopItem {
  text(path: string): Expanding<string | undefined>;
  items(path: string): Expanding<readonly LoopItem[] | undefined>;
}
