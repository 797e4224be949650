"use client";

import { useEffect } from "react";
import { readAlong } from "./read-along";

/** The line that says what was copied, and what marks the clause being read. */
export function ReadingAids() {
  useEffect(readAlong, []);
  return <p role="status" className="reading-status no-print" />;
}
