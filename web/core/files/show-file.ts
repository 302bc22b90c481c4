import { shapeOf } from "@tacit/shared/file-shape";
import type { Core, Moving } from "../core.ts";
import { FILE, type FilePart, type FileState } from "../kinds.ts";
import { mayBeDirect } from "../links/allowed.ts";
import type { FileProgress, FileView, FileWay } from "../views.ts";

export function showFile(core: Core, file: FilePart): FileView {
  const { shelf, id, key, root, size, name, mediaType, thumbnail, width, height, durationMs } = file;
  const about = { shelf, id, key, root, size, name, mediaType, thumbnail, width, height, durationMs };
  return { ...about, progress: progressOf(core, file) };
}

function progressOf(core: Core, { shelf, size, blob }: FilePart): FileProgress {
  const known = core.records.held(FILE, shelf)?.value;
  if (known === undefined) return { state: "absent", expiresAtMs: undefined, by: "relay" };
  const { state, isPaused, failure } = known;
  if (state === "here") return { state: "here" };
  const moving = core.moving.get(shelf);
  const by = wayOf(core, known, moving);
  if (state === "absent" && failure === undefined) return { state, expiresAtMs: blob?.expiresAtMs, by };
  const { sealedBytes } = shapeOf(size);
  const doneBytes = Math.floor(size * Math.min(1, (moving?.movedBytes ?? 0) / sealedBytes));
  return {
    state: stateOf(core, shelf, known, moving),
    way: known.isMine ? "up" : "down",
    doneBytes,
    bytesPerSecond: failure === undefined && !isPaused ? moving?.bytesPerSecond : undefined,
    failure,
    by,
  };
}

function stateOf(
  core: Core,
  shelf: string,
  { state, isPaused, failure }: FileState,
  moving: Moving | undefined,
): Exclude<FileProgress["state"], "here" | "absent"> {
  if (failure !== undefined) return "failed";
  if (isPaused === true) return "paused";
  if (moving?.isStill === false) return "moving";
  if (state === "offered") return "offered";
  return core.heldByThem.has(shelf) ? "held" : "waiting";
}

function wayOf(core: Core, { contact, isDirect, state }: FileState, moving: Moving | undefined): FileWay {
  if (moving?.isStill === false) return moving.by;
  if (isDirect !== true || state === "up") return "relay";
  if (mayBeDirect(core, core.contact(contact))) return "direct";
  return core.hasTurn() ? "relayed" : "nowhere";
}
