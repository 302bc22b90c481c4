import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Log } from "../log.ts";

// What is left when no route answered. Express would answer too, but with headers of its own.

export const notFound: RequestHandler = (_request, response) => {
  response.status(404).type("text/plain").send("There is nothing here.\n");
};

export function failed(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const isTheirs = typeof error?.status === "number" && error.status < 500;
    if (!isTheirs) log("error", "a page failed", error);
    if (response.headersSent) next(error);
    else
      response
        .status(isTheirs ? 400 : 503)
        .type("text/plain")
        .send("That did not work.\n");
  };
}
