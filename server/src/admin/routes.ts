import express, { type NextFunction, type Request, type Response, type Router } from "express";
import * as z from "zod";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Finding } from "../doctor/finding.ts";
import type { Audit } from "./audit.ts";
import type { AdminKeys } from "./keys.ts";
import { Settings, type SettingsBook } from "./settings.ts";
import type { Stats } from "./stats.ts";

type Ports = {
  readonly commits: GroupCommit;
  readonly keys: AdminKeys;
  readonly settings: SettingsBook;
  readonly audit: Audit;
  readonly createInvite: (uses: number) => Promise<string>;
  readonly stats: () => Stats;
  readonly examine: () => Promise<readonly Finding[]>;
  readonly build: string;
  readonly isAllowedOrigin: (origin: string) => boolean;
};

const MAX_BODY_BYTES = 16 * 1024;
const Enter = z.strictObject({ link: z.string().min(20).max(100) });
const Invite = z.strictObject({ uses: z.number().int().min(1).max(1_000) });

/**
 * What the admin page asks, as JSON: settings, sums, invites and the doctor. Nothing here knows a message, a contact or
 * a person by name.
 */
export function adminRoutes(ports: Ports): Router {
  const { commits, keys, settings, audit } = ports;
  const router = express.Router();
  router.use("/v1/admin", express.json({ limit: MAX_BODY_BYTES, strict: true }), (request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    const origin = request.get("origin");
    if (origin !== undefined && !ports.isAllowedOrigin(origin)) refuse(response, 401);
    else next();
  });

  router.post("/v1/admin/enter", async (request, response) => {
    const parsed = Enter.safeParse(request.body);
    if (!parsed.success) return refuse(response, 400);
    const session = await commits.run(() => keys.enter(parsed.data.link));
    if (session === undefined) return refuse(response, 401);
    audit("admin page entered");
    response.json({ session });
  });

  router.use("/v1/admin", (request: Request, response: Response, next: NextFunction) => {
    const [scheme, session = ""] = (request.get("authorization") ?? "").split(" ");
    if (scheme === "Bearer" && keys.isSession(session)) next();
    else refuse(response, 401);
  });
  router.get("/v1/admin/state", (_request, response) => {
    response.json({
      settings: settings.current,
      isSetUp: settings.isSetUp,
      stats: ports.stats(),
      build: ports.build,
    });
  });
  router.put("/v1/admin/settings", async (request, response) => {
    const parsed = Settings.safeParse(request.body);
    if (!parsed.success) return refuse(response, 400);
    audit("settings changed on the admin page");
    await commits.run(() => settings.put(parsed.data));
    settings.refresh();
    response.json(settings.current);
  });
  router.post("/v1/admin/invites", async (request, response) => {
    const parsed = Invite.safeParse(request.body);
    if (!parsed.success) return refuse(response, 400);
    audit(`invite for ${parsed.data.uses} made on the admin page`);
    response.json({ invite: await ports.createInvite(parsed.data.uses) });
  });
  router.post("/v1/admin/doctor", async (_request, response) => {
    response.json(await ports.examine());
  });
  router.post("/v1/admin/leave", async (request, response) => {
    const [, session = ""] = (request.get("authorization") ?? "").split(" ");
    await commits.run(() => keys.leave(session));
    response.json({});
  });
  return router;
}

function refuse(response: Response, status: number): void {
  response.status(status).json({});
}
