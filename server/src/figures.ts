/** Counts what happens, for the operator's graphs: by what it was, never by whom. */
export class Figures {
  readonly #counts = new Map<string, number>();

  /** `name` and `labels` as Prometheus writes them; labels come from closed sets of ours alone. */
  count(name: string, labels: string): void {
    const key = `${name}{${labels}}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** The text format of Prometheus. `gauges`: what is read when asked, by name. */
  write(gauges: Readonly<Record<string, number>>): string {
    const lines: string[] = [];
    const counted = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    let family = "";
    for (const [key, value] of counted) {
      const name = key.slice(0, key.indexOf("{"));
      if (name !== family) lines.push(`# TYPE ${name} counter`);
      family = name;
      lines.push(`${key} ${value}`);
    }
    for (const [name, value] of Object.entries(gauges)) {
      lines.push(`# TYPE ${name.replace(/\{.*/, "")} gauge`, `${name} ${value}`);
    }
    return `${lines.join("\n")}\n`;
  }
}
