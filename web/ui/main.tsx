import "./base.css";
import { openBrowserClient } from "@tacit/web/adapters/browser-client";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { browserClock, browserRandom } from "./browser.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<App client={openBrowserClient()} clock={browserClock} random={browserRandom} />);
