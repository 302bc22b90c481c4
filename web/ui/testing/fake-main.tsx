import "../base.css";
import type { Phase } from "@tacit/web/core/views";
import { createRoot } from "react-dom/client";
import { App } from "../app/App.tsx";
import { browserClock, browserRandom } from "../browser.ts";
import { createFakeClient } from "./fake-client.ts";

// `vite dev`, then /fake.html?phase=locked&connection=offline&invite=welcome&new. Not part of the build.
const asked = new URLSearchParams(location.search);
const client = createFakeClient({
  clock: browserClock,
  phase: (asked.get("phase") as Phase["phase"] | null) ?? undefined,
  connection: asked.has("offline") ? "offline" : undefined,
  invite: asked.get("invite") ?? undefined,
  isNew: asked.has("new"),
});
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<App client={client} clock={browserClock} random={browserRandom} />);
