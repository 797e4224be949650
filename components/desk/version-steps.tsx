import { Circle, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { Power } from "./version-powers";

/** One step on the way to a policy in force: done, possible now, or why not yet. */
export function Step({
  title,
  done,
  power,
  note,
  children,
}: {
  title: string;
  /** Set once the step is behind us: who and when. */
  done: ReactNode | null;
  power: Power;
  /** One sentence on what the step means. */
  note: string;
  /** The form, shown only while the step is possible. */
  children: ReactNode;
}) {
  const Icon = done ? CircleCheck : Circle;
  return (
    <li className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3 border-b border-line py-4 last:border-b-0">
      <Icon aria-hidden size={20} className={`mt-1 ${done ? "text-ok" : "text-strong-line"}`} />
      <div className="space-y-2">
        <h3 className="text-base">
          {title}
          <span className="sr-only">{done ? " (done)" : " (not done)"}</span>
        </h3>
        {done ? <p className="text-sm text-muted">{done}</p> : <p className="text-sm text-muted">{note}</p>}
        {!done && power?.possible ? children : null}
        {!done && power && !power.possible ? <p className="text-sm font-medium">{power.why}</p> : null}
      </div>
    </li>
  );
}
