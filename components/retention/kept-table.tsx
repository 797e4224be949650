import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { KeptItem } from "@/lib/retention/kept-for-person";

const whileOpen = { person: "while your account is open", company: "while your company's account is open" };

function Until({ item: { until, isOver, first, whileOpen: whose }, zone }: { item: KeptItem; zone: string }) {
  if (!until) return <span className="text-muted">{whose ? whileOpen[whose] : "not ended yet"}</span>;
  if (isOver)
    return (
      <span>
        {first ? "the oldest was over on " : "over on "}
        <Time at={until.toString()} zone={zone} />: it goes with the next sweep, or once nothing that stays needs it
      </span>
    );
  return (
    <span>
      {first ? "the oldest until " : null}
      <Time at={until.toString()} zone={zone} />
      {first ? ", the others after it" : null}
    </span>
  );
}

/** What is kept about one person: how much, by which rule, until when. */
export const KeptTable = ({ items, zone, caption }: { items: KeptItem[]; zone: string; caption: string }) => (
  <Table
    caption={caption}
    rows={items}
    rowKey={({ key }) => key}
    columns={[
      { key: "what", head: "What", cell: ({ label }) => <span className="font-medium">{label}</span> },
      { key: "rows", head: "Records", cell: ({ rows }) => rows.toLocaleString("en-GB"), numeric: true },
      { key: "rule", head: "Kept for", cell: ({ rule }) => rule },
      { key: "until", head: "Until", cell: (item) => <Until item={item} zone={zone} /> },
    ]}
  />
);
