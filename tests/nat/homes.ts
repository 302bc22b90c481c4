import { Person } from "../e2e/people.ts";
import type { Home, Laboratory } from "./laboratory.ts";

/** Somebody in a home of the laboratory, with a camera and a microphone that are made up. */
export function joinFrom(home: Home, laboratory: Laboratory, name: string): Promise<Person> {
  return Person.join(laboratory, name, {
    invite: laboratory.invite,
    browser: {
      executablePath: laboratory.browserOf(home),
      arguments: [
        // The laboratory signs its own certificate.
        "--ignore-certificate-errors",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
      ],
    },
  });
}
