/** What has to happen in 100,000 steps: each fault, and each turn that things may take for it. */
export const MUST_HAPPEN = [
  // On the way.
  "cut device",
  "cut delivery",
  "cut request",
  "away",
  "lose",
  "twice",
  "swap",
  "spoil",
  "a bundle with another key",
  // Devices.
  "crash",
  "died before a commit",
  "died after a commit",
  "died before a commit with the outbox",
  "died after a commit with the outbox",
  "a commit was refused",
  "a read failed",
  "takeover",
  "haunt",
  "jump ahead",
  "jump back",
  "pass",
  "sleep",
  // The relay.
  "kill keep",
  "kill lose",
  "killed before it had committed",
  "crowd",
  "drain",
  "a session began without a one-time prekey",
  "a relay in memory",
  "a relay on files",
  // Direct connections.
  "a link opened",
  "a message went over a link",
  "a message went over a link and through the relay",
  "snap",
  "part",
  "mend",
  // People.
  "replace lost",
  "replace kept",
  "somebody came back",
  "block",
  "unblock",
  "a contact was held",
  "a text left twice",
  "a message could not be read",
  "a message was read before",
] as const;

export type Happening = (typeof MUST_HAPPEN)[number];

/** How often what happened. */
export class Coverage {
  readonly #counts = new Map<Happening, number>(MUST_HAPPEN.map((happening) => [happening, 0]));

  note(happening: string, times = 1): void {
    const before = this.#counts.get(happening as Happening);
    if (before !== undefined) this.#counts.set(happening as Happening, before + times);
  }

  add(other: Coverage): void {
    for (const [happening, times] of other.#counts) this.note(happening, times);
  }

  get missing(): readonly Happening[] {
    return MUST_HAPPEN.filter((happening) => this.#counts.get(happening) === 0);
  }

  toString(): string {
    return [...this.#counts].map(([happening, times]) => `${happening} ${times}`).join(", ");
  }
}
