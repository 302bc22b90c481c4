/** One thing that the doctor looked at, in a sentence for the operator, and what to do about it. */
export type Finding = {
  readonly about: string;
  readonly state: "well" | "doubtful" | "broken" | "skipped";
  readonly says: string;
  readonly advice?: string | undefined;
};

export function well(about: string, says: string): Finding {
  return { about, state: "well", says };
}

export function doubtful(about: string, says: string, advice: string): Finding {
  return { about, state: "doubtful", says, advice };
}

export function broken(about: string, says: string, advice: string): Finding {
  return { about, state: "broken", says, advice };
}

export function skipped(about: string, says: string): Finding {
  return { about, state: "skipped", says };
}

/** 0: nothing is wrong. 1: something is broken. 2: something is doubtful. */
export function exitCodeOf(findings: readonly Finding[]): number {
  if (findings.some(({ state }) => state === "broken")) return 1;
  return findings.some(({ state }) => state === "doubtful") ? 2 : 0;
}

const MARKS = { well: "ok  ", doubtful: "look", broken: "BAD ", skipped: "-   " } as const;

export function toText(findings: readonly Finding[]): string {
  return findings
    .map(({ about, state, says, advice }) => {
      const line = `${MARKS[state]}  ${about.padEnd(12)}${says}`;
      return advice === undefined ? line : `${line}\n${" ".repeat(18)}${advice}`;
    })
    .join("\n");
}

/** What went wrong in one line, without a stack. */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const code = "code" in failure && typeof failure.code === "string" ? failure.code : undefined;
  return code ?? (failure.cause === undefined ? failure.message : reasonOf(failure.cause));
}
