import type { System } from "../data-map/types";
import { ErasureRefused } from "./catalog";

/** What is wrong with a system without one. */
export const noEraser = "the map names no login that erases (trust.eraser)";

/** The login that erases in a system. @throws ErasureRefused while none is set */
export function neededEraserUrl(system: System): string {
  const url = eraserUrl(system);
  if (!url) throw new ErasureRefused(`${system.name}: no login that erases is set`);
  return url;
}

/** The login that erases in a system; null when the map names none or its address is not set. */
export function eraserUrl({ eraser }: System): string | null {
  try {
    return eraser?.() || null;
  } catch {
    return null;
  }
}
