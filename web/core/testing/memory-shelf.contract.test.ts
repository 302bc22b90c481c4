import { memoryShelf } from "./memory-shelf.ts";
import { shelfContract } from "./shelf-contract.ts";

shelfContract("memory", async () => memoryShelf());
