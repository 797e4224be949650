"use client";

import { Users } from "lucide-react";
import { useEffect, useState } from "react";

/** Seconds between two signs of life; the server forgets a page that misses two (lib/cases/presence.ts). */
const everySeconds = 45;

const list = new Intl.ListFormat("en", { type: "conjunction" });

/**
 * Says which colleagues have the same case open, and tells them of this page while somebody looks at it: a page in the background gives
 * no sign, and one that is closed says so. Without scripts the opening alone counts, for a minute and a half.
 */
export function PresenceNote({ caseId, names: first }: { caseId: string; names: string[] }) {
  const [names, setNames] = useState(first);
  // The page was read anew.
  const newest = first.join("\n");
  useEffect(() => setNames(newest === "" ? [] : newest.split("\n")), [newest]);
  useEffect(() => {
    const url = `/admin/cases/${caseId}/presence`;
    const sign = async () => {
      if (document.hidden) return;
      // A sign that does not get through is made up for by the next one.
      const answer = await fetch(url, { method: "POST" }).catch(() => null);
      if (answer?.ok) setNames(((await answer.json()) as { names: string[] }).names);
    };
    const close = () => navigator.sendBeacon(`${url}?closed`);
    const turn = () => (document.hidden ? close() : void sign());
    const timer = setInterval(sign, everySeconds * 1000);
    document.addEventListener("visibilitychange", turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", turn);
      close();
    };
  }, [caseId]);
  return (
    <div role="status">
      {names.length > 0 ? (
        <p className="mb-4 flex items-start gap-2 text-sm">
          <Users aria-hidden size={16} className="mt-0.5 shrink-0" />
          <span>
            {list.format(names)} {names.length === 1 ? "has" : "have"} this case open too. Whoever sends first is asked
            nothing; the other sees what changed and keeps what they typed.
          </span>
        </p>
      ) : null}
    </div>
  );
}
