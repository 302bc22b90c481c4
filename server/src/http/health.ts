import type { RequestHandler } from "express";
import type { GroupCommit } from "../db/group-commit.ts";
import type { Db } from "../db/open.ts";

/** Answers "ok" while the database answers, and in a second line what runs here. */
export function health(db: Db, build: string): RequestHandler {
  const probe = db.$client.prepare("SELECT count(*) FROM relay");
  return (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    try {
      probe.get();
      response.type("text/plain").send(`ok\n${build}\n`);
    } catch {
      response.status(503).type("text/plain").send("the database does not answer\n");
    }
  };
}

/** Answers "ready" while the relay can do all that it is for; a front or an engine that sees 503 waits. */
export function readiness(db: Db, commits: GroupCommit, isDiskFull: () => boolean): RequestHandler {
  const probe = db.$client.prepare("SELECT count(*) FROM relay");
  /** While a front waits nobody else commits: the one who asks tries it. */
  const isWritable = async () => !commits.isRefused || commits.run(() => true).catch(() => false);
  return async (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    const unready = (why: string) => response.status(503).type("text/plain").send(`${why}\n`);
    try {
      probe.get();
      if (isDiskFull()) unready("the disk is almost full");
      else if (!(await isWritable())) unready("the disk takes nothing");
      else response.type("text/plain").send("ready\n");
    } catch {
      unready("the database does not answer");
    }
  };
}
