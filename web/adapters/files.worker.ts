import { expose } from "comlink";
import { shelfWriter } from "./shelf-writer.ts";

// Writing in place, and durably, is possible in a worker only. It sees sealed bytes and no keys.
expose(shelfWriter(() => navigator.storage.getDirectory()));
