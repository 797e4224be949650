import { Archive, EyeOff, type LucideIcon, Trash2 } from "lucide-react";
import type { PreviewItem } from "@/lib/cases/preview-deletion";

const groups: { action: PreviewItem["action"]; icon: LucideIcon; title: string; lead: string }[] = [
  { action: "delete", icon: Trash2, title: "Deleted", lead: "Gone for good, from our systems and later from backups." },
  {
    action: "anonymise",
    icon: EyeOff,
    title: "Made anonymous",
    lead: "The record stays because others need it; nothing in it points to you any more.",
  },
  {
    action: "keep",
    icon: Archive,
    title: "Kept for now",
    lead: "The law asks us to keep this, or somebody else needs it. It is deleted when its time is over.",
  },
];

/** What a deletion does, per collection with counts: deleted, made anonymous, kept with ground and time. */
export function PreviewTable({ items }: { items: PreviewItem[] }) {
  return (
    <div className="space-y-8">
      {groups.map(({ action, icon: Icon, title, lead }) => {
        const rows = items.filter((item) => item.action === action);
        if (rows.length === 0) return null;
        const total = rows.reduce((sum, item) => sum + item.rows, 0);
        return (
          <section key={action} aria-label={title}>
            <h3 className="flex items-center gap-2 text-lg">
              <Icon aria-hidden size={20} />
              {title}
              <span className="tabular text-base font-normal text-muted">
                {total.toLocaleString("en")} {total === 1 ? "record" : "records"}
              </span>
            </h3>
            <p className="max-w-[70ch] text-muted">{lead}</p>
            <ul className="mt-2 divide-y divide-line border-y border-line">
              {rows.map((item) => (
                <li
                  key={`${item.system} ${item.collection} ${item.ground}`}
                  className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-0.5 py-2"
                >
                  <span>{item.label}</span>
                  <span className="tabular text-right">{item.rows.toLocaleString("en")}</span>
                  {item.action !== "delete" && (item.ground || item.keptFor) ? (
                    <span className="col-span-2 max-w-[70ch] text-sm text-muted">
                      {item.keptFor ? `Until ${item.keptFor}. ` : ""}
                      {item.ground}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
