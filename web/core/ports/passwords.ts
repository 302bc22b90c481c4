import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";

/**
 * The browser's side of OPAQUE (RFC 9807). Messages are base64url text. `state` is secret and lives for one exchange;
 * `exportKey` (64 bytes) is secret, the same for each exchange with one record, and needs the relay to come by.
 */
export type Passwords = {
  startRegistration(password: string): Promise<{ readonly state: string; readonly request: string }>;
  finishRegistration(exchange: {
    readonly password: string;
    readonly state: string;
    readonly response: string;
  }): Promise<{ readonly record: string; readonly stretching: string; readonly exportKey: Bytes }>;
  startLogin(password: string): Promise<{ readonly state: string; readonly request: string }>;
  finishLogin(exchange: {
    readonly password: string;
    readonly state: string;
    readonly response: string;
    readonly stretching: string;
  }): Promise<Result<{ readonly request: string; readonly exportKey: Bytes }, "wrong-password">>;
};
