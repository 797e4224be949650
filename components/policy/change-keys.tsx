"use client";

import { useEffect } from "react";

/**
 * Alt + arrow down or up goes to the next or previous change. Not a single letter, which speech input and
 * assistive technology would trip over (WCAG 2.1.4). Without JavaScript each change links to its neighbours.
 */
export function ChangeKeys() {
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!event.altKey || step === 0 || event.ctrlKey || event.metaKey) return;
      const stops = [...document.querySelectorAll<HTMLElement>("[data-stop]")];
      if (stops.length === 0) return;
      event.preventDefault();
      const here = stops.findIndex((stop) => stop.contains(document.activeElement));
      const to = stops[here === -1 ? (step > 0 ? 0 : stops.length - 1) : (here + step + stops.length) % stops.length];
      to?.focus({ preventScroll: true });
      to?.scrollIntoView({ block: "center" });
    };
    document.addEventListener("keydown", go);
    return () => document.removeEventListener("keydown", go);
  }, []);
  return null;
}
