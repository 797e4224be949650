import type { System } from "../data-map/types";

/** The login that erases in a system; null when the map names none or its address is not set. */
export function eraserUrl({ eraser }: System): string | null {
  try {
    return eraser?.() || null;
  } catch {
    return null;
  }
}
