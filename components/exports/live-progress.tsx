"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { PackageProgress } from "@/lib/exports/queries";
import { ProgressView } from "./progress-view";

const everyMs = 1000;

/** The progress, asked for again every second while the page is looked at; reloads the page once the state changes. */
export function LiveProgress({ packageId, initial }: { packageId: string; initial: PackageProgress }) {
  const [progress, setProgress] = useState(initial);
  const router = useRouter();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const stop = new AbortController();
    const ask = async () => {
      if (document.visibilityState === "visible") {
        try {
          const answer = await fetch(`/api/packages/${packageId}/progress`, { signal: stop.signal, cache: "no-store" });
          if (answer.status === 404) return router.refresh();
          if (answer.ok) {
            const next = (await answer.json()) as PackageProgress;
            setProgress(next);
            if (next.state !== initial.state) router.refresh();
          }
        } catch {
          // The network is away for a moment; the next round asks again.
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(ask, everyMs);
    };
    timer = setTimeout(ask, everyMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [packageId, initial.state, router]);
  return <ProgressView progress={progress} />;
}
