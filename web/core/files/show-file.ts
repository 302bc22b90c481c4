import { shapeOf } from "@tacit/shared/file-shape";
import type { Core } from "../core.ts";
import { FILE, type FilePart } from "../kinds.ts";
import type { FileProgress, FileView } from "../views.ts";

export function showFile(core: Core, file: FilePart): FileView {
  const { shelf, id, key, root, size, name, mediaType, thumbnail, width, height, durationMs } = file;
  const about = { shelf, id, key, root, size, name, mediaType, thumbnail, width, height, durationMs };
  return { ...about, progress: progressOf(core, file) };
}

function progressOf(core: Core, { shelf, size, blob }: FilePart): FileProgress {
  const known = core.records.held(FILE, shelf)?.value;
  if (known === undefined) return { state: "absent", expiresAtMs: undefined };
  const { state: way, isPaused, failure } = known;
  if (way === "here") return { state: "here" };
  if (way === "absent" && failure === undefined) return { state: "absent", expiresAtMs: blob?.expiresAtMs };
  const moving = core.moving.get(shelf);
  const { sealedBytes } = shapeOf(size);
  const doneBytes = Math.floor(size * Math.min(1, (moving?.movedBytes ?? 0) / sealedBytes));
  return {
    state: failure !== undefined ? "failed" : isPaused ? "paused" : moving !== undefined ? "moving" : "waiting",
    way: way === "up" ? "up" : "down",
    doneBytes,
    bytesPerSecond: failure === undefined && !isPaused ? moving?.bytesPerSecond : undefined,
    failure,
  };
}
