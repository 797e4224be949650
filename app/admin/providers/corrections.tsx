import Link from "next/link";
import { Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { StaffCtx } from "@/lib/context";
import { untoldCorrections } from "@/lib/correction/queries";

/** Providers that still have to hear of a correction (GDPR 19); nothing while there is none. */
export async function UntoldCorrections({ ctx }: { ctx: StaffCtx }) {
  const rows = await untoldCorrections(ctx);
  if (rows.length === 0) return null;
  return (
    <Section title="Corrections to pass on" lead="They received a value that was put right since. The case says what.">
      <Table
        caption="Corrections to pass on"
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { key: "name", head: "Provider", cell: (row) => row.name },
          {
            key: "case",
            head: "Case",
            cell: (row) => (
              <Link href={`/admin/cases/${row.caseId}#correction`} prefetch={false} className="link font-mono">
                {row.reference}
              </Link>
            ),
          },
          { key: "since", head: "Since", cell: (row) => <Time at={row.owedAt} withTime /> },
          { key: "how", head: "How", cell: (row) => (row.way === "manual" ? "by hand" : "is being called") },
        ]}
      />
    </Section>
  );
}
