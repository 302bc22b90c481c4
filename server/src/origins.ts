/** The origins that a browser may reach the relay from. Read when asked: a free port is known only after listening. */
export type Origins = { isAllowed(origin: string): boolean };

/** A public relay serves its own origin; one on a person's machine serves that machine at its port. */
export function buildOrigins(publicOrigin: string | undefined, portOf: () => number): Origins {
  return {
    isAllowed: (origin) => {
      if (publicOrigin !== undefined) return origin === publicOrigin;
      return ["localhost", "127.0.0.1", "[::1]"].some((host) => origin === `http://${host}:${portOf()}`);
    },
  };
}
