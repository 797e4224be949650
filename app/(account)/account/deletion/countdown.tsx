"use client";

import { useEffect, useState } from "react";

/** "in 6 days 23 hours 12 minutes". */
export function countdownWords(until: string, now: number): string {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - now) / 60_000));
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), "day"],
    [Math.floor(minutes / 60) % 24, "hour"],
    [minutes % 60, "minute"],
  ];
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return words.length > 0 ? `in ${words.join(" ")}` : "in less than a minute";
}

/** Counts down each minute; without JavaScript it stands as it was when the page was made. */
export function Countdown({ until, now }: { until: string; now: string }) {
  const [at, setAt] = useState(Date.parse(now));
  useEffect(() => {
    // The server's clock counts, not the device's: only what has passed since is added.
    const began = Date.parse(now);
    const mounted = performance.now();
    const timer = setInterval(() => setAt(began + performance.now() - mounted), 20_000);
    return () => clearInterval(timer);
  }, [now]);
  return <time dateTime={until}>{countdownWords(until, at)}</time>;
}
