/** WebCrypto, and the names of what was asked of it: `["deriveBits X25519", …]`. `change` may spoil an answer. */
export function watchedSubtle(change: (asked: string, answer: unknown) => unknown = (_, answer) => answer): {
  readonly subtle: SubtleCrypto;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const subtle = new Proxy(crypto.subtle, {
    get(target, method) {
      const original = Reflect.get(target, method) as unknown;
      if (typeof original !== "function") return original;
      return async (...values: unknown[]) => {
        const name = `${String(method)} ${algorithmIn(values)}`;
        asked.push(name);
        return change(name, await Reflect.apply(original, target, values));
      };
    },
  });
  return { subtle, asked };
}

function algorithmIn(values: readonly unknown[]): string {
  for (const value of values) {
    if (typeof value === "string" && /^(?:X25519|Ed25519|ML-KEM-\d+)$/.test(value)) return value;
    if (value instanceof CryptoKey) return value.algorithm.name;
    if (typeof value === "object" && value !== null && "name" in value) return String(value.name);
  }
  return "";
}
