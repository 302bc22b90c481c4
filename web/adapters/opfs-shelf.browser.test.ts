import { shelfContract } from "../core/testing/shelf-contract.ts";
import { opfsShelf } from "./opfs-shelf.ts";

shelfContract("private files of the origin", async () => {
  const shelf = opfsShelf(() => new Worker(new URL("./files.worker.ts", import.meta.url), { type: "module" }));
  for (const { name } of await shelf.list()) await shelf.remove(name);
  return shelf;
});
