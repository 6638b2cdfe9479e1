/**
 * A set that is only ever added to, as an immutable value: adding to the newest one shares its memory, so that folding a long stream
 * costs nothing per event, while every earlier value still says what it said.
 */
export class GrowingSet {
  static readonly empty = new GrowingSet(new Map(), 0);

  private constructor(
    private readonly places: Map<string, number>,
    readonly size: number,
  ) {}

  has(item: string): boolean {
    const place = this.places.get(item);
    return place !== undefined && place < this.size;
  }

  with(item: string): GrowingSet {
    if (this.has(item)) return this;
    // Somebody else already grew from here (or this is the shared empty one): start a copy of what this value holds.
    const fork = this.size === 0 || this.places.size > this.size;
    const places = fork ? new Map([...this.places].filter(([, place]) => place < this.size)) : this.places;
    places.set(item, this.size);
    return new GrowingSet(places, this.size + 1);
  }

  toJSON(): string[] {
    return [...this.places].filter(([, place]) => place < this.size).map(([item]) => item);
  }
}
