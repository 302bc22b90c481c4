import type { AsyncPrimitives } from "@tacit/crypto/primitives";
import type { Clock } from "./ports/clock.ts";
import type { Keyholder } from "./ports/keyholder.ts";
import type { Media } from "./ports/media.ts";
import type { Passwords } from "./ports/passwords.ts";
import type { Peers } from "./ports/peers.ts";
import type { Prover } from "./ports/prover.ts";
import type { Random } from "./ports/random.ts";
import type { Relay } from "./ports/relay.ts";
import type { Shelf } from "./ports/shelf.ts";
import type { Space } from "./ports/space.ts";
import type { Store } from "./ports/store.ts";

/**
 * Everything that `createClient` needs of the outside world. Where a port has more than one adapter, one contract suite
 * in core/testing holds for all of them.
 */
export type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly keyholder: Keyholder;
  readonly passwords: Passwords;
  readonly prover: Prover;
  readonly relay: Relay;
  readonly shelf: Shelf;
  /** Answers at least `BulkCall`. */
  readonly bulk: AsyncPrimitives;
  readonly space: Space;
  /** What people would call this place: "Firefox · Linux". For the account's own list of sign-ins. */
  readonly deviceName: string;
  /** Absent where there is no WebRTC: everything goes through the relay, and nobody can call. */
  readonly peers?: Peers | undefined;
  readonly media?: Media | undefined;
};
