import { shelfContract } from "../core/testing/shelf-contract.ts";
import filesWorkerUrl from "./files.worker.ts?worker&url";
import { opfsShelf } from "./opfs-shelf.ts";
import { startWorker } from "./start-worker.ts";

shelfContract("private files of the origin", async () => {
  const shelf = opfsShelf(() => startWorker(filesWorkerUrl, "files"));
  for (const { name } of await shelf.list()) await shelf.remove(name);
  return shelf;
});
