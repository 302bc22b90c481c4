import { ok } from "@tacit/shared/result";
import type { Handlers } from "../http/mount.ts";
import type { Mailboxes } from "./mailboxes.ts";

/** The HTTP form of a post, for first contact. */
export function mailboxRoutes(mailboxes: Mailboxes): Pick<Handlers, "post"> {
  return { post: async (post) => ok(await mailboxes.post(post)) };
}
