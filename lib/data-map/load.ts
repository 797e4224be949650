import type { DataMap } from "./types";

/** The parsed map, read once per process. @throws DataMapError naming file, line and field */
export function dataMap(): DataMap {
  throw new Error("not built yet");
}
