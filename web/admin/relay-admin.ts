// What the relay tells its operator: server/src/admin/routes.ts. The page and the relay are of one build, so that
// answers are taken as they come.

export type Settings = {
  readonly relayName: string;
  readonly registration: "open" | "invite" | "closed";
  readonly maxAccounts: number;
  readonly mailboxMebibytes: number;
  readonly workBits: number;
};
export type State = {
  readonly settings: Settings;
  readonly isSetUp: boolean;
  readonly stats: {
    readonly accounts: number;
    readonly waitingEnvelopes: number;
    readonly databaseBytes: number;
  };
  readonly build: string;
};
export type Finding = {
  readonly about: string;
  readonly state: "well" | "doubtful" | "broken" | "skipped";
  readonly says: string;
  readonly advice?: string;
};

const KEPT = "tacit-admin";

/** A session of the operator, for this tab. Every method answers `undefined` (or false) when the relay refused. */
export class RelayAdmin {
  readonly #session: string;

  private constructor(session: string) {
    this.#session = session;
  }

  /** By a link, or by the session that this tab has already. */
  static async enter(link: string, storage: Storage): Promise<RelayAdmin | undefined> {
    const entered =
      link === "" ? undefined : await ask<{ readonly session: string }>("POST", "enter", undefined, { link });
    const session = entered?.session ?? storage.getItem(KEPT);
    if (session === null || session === undefined) return undefined;
    storage.setItem(KEPT, session);
    return new RelayAdmin(session);
  }

  state(): Promise<State | undefined> {
    return ask("GET", "state", this.#session);
  }

  async save(settings: Settings): Promise<boolean> {
    return (await ask("PUT", "settings", this.#session, settings)) !== undefined;
  }

  async invite(uses: number): Promise<string | undefined> {
    return (await ask<{ readonly invite: string }>("POST", "invites", this.#session, { uses }))?.invite;
  }

  examine(): Promise<readonly Finding[] | undefined> {
    return ask("POST", "doctor", this.#session, {});
  }
}

async function ask<Answer>(
  method: string,
  path: string,
  session?: string,
  body?: unknown,
): Promise<Answer | undefined> {
  try {
    const response = await fetch(`/v1/admin/${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.ok ? ((await response.json()) as Answer) : undefined;
  } catch {
    return undefined;
  }
}
