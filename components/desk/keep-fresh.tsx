"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Reads the page anew every few seconds while work is under way and somebody looks at it. Shows nothing. */
export function KeepFresh({ seconds }: { seconds: number }) {
  const { refresh } = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      // A page that is being typed into is left alone.
      const busy = document.activeElement?.matches("input, textarea, select");
      if (!document.hidden && !busy) refresh();
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [refresh, seconds]);
  return null;
}
