import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const looks = {
  info: { icon: Info, className: "border-line bg-sunken" },
  ok: { icon: CircleCheck, className: "border-ok bg-ok-soft" },
  warn: { icon: TriangleAlert, className: "border-warn bg-warn-soft" },
  bad: { icon: TriangleAlert, className: "border-bad bg-bad-soft" },
};

/** A message set apart from the text. `live` makes a screen reader speak it when it appears. */
export function Callout({
  look = "info",
  title,
  live,
  children,
}: {
  look?: keyof typeof looks;
  title?: string;
  live?: boolean;
  children?: ReactNode;
}) {
  const { icon: Icon, className } = looks[look];
  return (
    <div
      role={live ? (look === "bad" ? "alert" : "status") : undefined}
      className={`flex gap-3 rounded-md border-l-4 px-4 py-3 ${className}`}
    >
      <Icon aria-hidden size={20} className="mt-0.5 shrink-0" />
      <div className="min-w-0 space-y-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}
