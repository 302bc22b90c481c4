/** What this browser has room for. Bytes are the browser's own estimates. */
export type Space = {
  /** `undefined` where the browser does not say. */
  estimate(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number } | undefined>;
  /** Whether the browser has promised not to clear this by itself. */
  isPersisted(): Promise<boolean>;
  /** Asks for that promise; may ask the person. */
  persist(): Promise<boolean>;
};
