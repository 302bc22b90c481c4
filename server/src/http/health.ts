import type { RequestHandler } from "express";
import type { Db } from "../db/open.ts";

/** Answers "ok" while the database answers. */
export function health(db: Db): RequestHandler {
  const probe = db.$client.prepare("SELECT count(*) FROM relay");
  return (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    try {
      probe.get();
      response.type("text/plain").send("ok\n");
    } catch {
      response.status(503).type("text/plain").send("the database does not answer\n");
    }
  };
}
