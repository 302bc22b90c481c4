import type { ContactId } from "@tacit/web/core/views";

type Save = (contact: ContactId, text: string) => Promise<void>;

/** What is written to each contact and is neither stored nor sent yet. It outlives the screen that it was written on. */
export class Drafts {
  readonly #save: Save;
  readonly #unsettled = new Map<ContactId, WrittenDraft>();

  constructor(save: Save) {
    this.#save = save;
  }

  /** What the composer of a contact shows. `stored`: the draft as it is stored. */
  of(contact: ContactId, stored: string): WrittenDraft {
    const known = this.#unsettled.get(contact);
    if (known !== undefined) return known;
    const draft = new WrittenDraft(
      stored,
      (text) => this.#save(contact, text),
      (isSettled) => {
        if (!isSettled) this.#unsettled.set(contact, draft);
        else if (this.#unsettled.get(contact) === draft) this.#unsettled.delete(contact);
      },
    );
    return draft;
  }
}

/** The words of one composer. What is being sent belongs to the draft until it is a message, and is not shown. */
export class WrittenDraft {
  readonly #save: (text: string) => Promise<void>;
  readonly #onChange: (isSettled: boolean) => void;
  readonly #listeners = new Set<() => void>();
  #present: string;
  #stored: string;
  #sending: readonly string[] = [];
  /** What came back since something was sent last. */
  #returned = "";
  #saves = 0;

  constructor(stored: string, save: (text: string) => Promise<void>, onChange: (isSettled: boolean) => void) {
    this.#present = stored;
    this.#stored = stored;
    this.#save = save;
    this.#onChange = onChange;
  }

  readonly text = (): string => this.#present;

  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly write = (text: string): void => {
    this.#present = text;
    this.#changed();
  };

  /**
   * Empties the composer and gives what was in it to `send`, which says whether it is a message now. Where it is not, it
   * comes back, before what was written meanwhile. Rejects as `send` does.
   */
  readonly send = async (send: (text: string) => Promise<boolean>): Promise<void> => {
    const taken = this.#present;
    this.#sending = [...this.#sending, taken];
    this.#returned = "";
    this.write("");
    let isSent = false;
    try {
      isSent = await send(taken.trim());
    } finally {
      this.#sending = without(this.#sending, taken);
      if (isSent) this.#changed();
      else this.#putBack(taken);
    }
    await this.store();
  };

  /** Stores what is written and what is being sent, where that is not what is stored. Blanks alone are no draft. */
  async store(): Promise<void> {
    const before = this.#stored;
    const kept = this.#kept;
    if (kept === before) return;
    this.#stored = kept;
    this.#saves++;
    try {
      await this.#save(kept);
    } catch (error) {
      if (this.#stored === kept) this.#stored = before;
      throw error;
    } finally {
      this.#saves--;
      this.#changed();
    }
  }

  get #kept(): string {
    return lines([...this.#sending, this.#present]);
  }

  #putBack(taken: string): void {
    // Of two that come back the first stands first.
    const earlier = this.#present.startsWith(this.#returned) ? this.#returned : "";
    const later = this.#present.slice(earlier.length).trimStart();
    this.#returned = lines([earlier, taken]);
    this.write(lines([this.#returned, later]));
  }

  #changed(): void {
    this.#onChange(this.#kept === this.#stored && this.#sending.length === 0 && this.#saves === 0);
    for (const listener of [...this.#listeners]) listener();
  }
}

/** One below the other, without those that are blank. */
function lines(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join("\n");
}

/** Without the first that is `one`. */
function without(texts: readonly string[], one: string): readonly string[] {
  const at = texts.indexOf(one);
  return at < 0 ? texts : texts.toSpliced(at, 1);
}
