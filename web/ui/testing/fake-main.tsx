import "../base.css";
import { DAY_MS } from "@tacit/shared/limits";
import type { Connection, Phase } from "@tacit/web/core/views";
import { browserClock, browserRandom } from "../browser.ts";
import { render } from "../render.tsx";
import { createFakeClient } from "./fake-client.ts";
import { fakeFiles } from "./fake-files.ts";
import { callOf, fakeStage } from "./fake-stage.ts";

// `vite dev`, then /fake.html?phase=locked&connection=offline&invite=welcome&new&update&clock=3. Not part of the build.
const asked = new URLSearchParams(location.search);
const client = createFakeClient({
  clock: browserClock,
  phase: (asked.get("phase") as Phase["phase"] | null) ?? undefined,
  connection: (asked.get("connection") as Connection["state"] | null) ?? undefined,
  invite: asked.get("invite") ?? undefined,
  clockAheadMs: asked.has("clock") ? Number(asked.get("clock")) * DAY_MS : undefined,
  call: callOf(asked.get("call"), browserClock.nowMs()),
  isNew: asked.has("new"),
});
await render({
  client,
  updates: {
    watch(listener) {
      listener(asked.has("update"));
      return () => {};
    },
    load: async () => location.reload(),
  },
  files: fakeFiles,
  passkeys: {
    isOffered: async () => true,
    create: async () => {
      const [credential, salt, secret] = [browserRandom(16), browserRandom(32), browserRandom(32)];
      return { ok: true, value: { lock: { credential, salt }, secret } };
    },
    ask: async () => ({ ok: true, value: browserRandom(32) }),
    forget() {},
  },
  looksFleeting: async () => asked.has("fleeting"),
  clock: browserClock,
  random: browserRandom,
  greet: async () => ({ name: "Harbour Street", registration: asked.has("invite") ? "invite" : "open" }),
  prepare: () => {},
  calls: fakeStage(),
});
