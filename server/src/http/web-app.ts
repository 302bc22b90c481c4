import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import compression from "compression";
import express, { type Router } from "express";

/**
 * Serves the built web app of `directory`: files with a hash in their name for ever, everything else checked each time.
 * Its routes are in the fragment, so that `/` is its only page; `/admin` is the
 * operator's.
 */
export function webApp(directory: string): Router {
  const router = express.Router();
  const page = join(directory, "index.html");
  const hashed = join(directory, "assets") + sep;
  router.use(compression());
  router.get("/", (_request, response) => {
    response.setHeader("Cache-Control", "no-cache");
    if (existsSync(page)) response.sendFile(page, { cacheControl: false });
    else response.status(404).type("text/plain").send("The web app is not built yet: run `npm start`.\n");
  });
  router.get("/admin", (_request, response) => {
    response.setHeader("Cache-Control", "no-cache");
    response.sendFile(join(directory, "admin.html"), { cacheControl: false });
  });
  router.use(
    express.static(directory, {
      index: false,
      redirect: false,
      cacheControl: false,
      setHeaders: (response, path) => {
        const caching = path.startsWith(hashed) ? "public, max-age=31536000, immutable" : "no-cache";
        response.setHeader("Cache-Control", caching);
      },
    }),
  );
  return router;
}
