import { Crowd, type CrowdWishes } from "./crowd.ts";

// The clients of `npm run soak`, in a process of their own. It is told "figures" or "end", and ends with whoever started
// it.

process.on("SIGINT", () => undefined);
process.once("disconnect", () => process.exit(1));
// What our own command wrote there.
const crowd = new Crowd(JSON.parse(process.argv[2] ?? "") as CrowdWishes);
await crowd.gather();
const talking = crowd.talk();
process.on("message", async (asked) => {
  if (asked === "figures") process.send?.(crowd.figures);
  if (asked !== "end") return;
  process.send?.(await crowd.end(talking));
  process.disconnect();
});
process.send?.("ready");
