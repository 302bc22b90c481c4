import "./base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { browserClock, browserRandom } from "./browser.ts";
import { openClient } from "./open-client.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
const client = await openClient();
createRoot(root).render(<App client={client} clock={browserClock} random={browserRandom} />);
