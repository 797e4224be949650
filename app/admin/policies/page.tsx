import type { Metadata } from "next";
import Link from "next/link";
import { StateChip } from "@/components/policy/state-chip";
import { buttonClass } from "@/components/ui/button";
import { Empty, PageHeader } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { versions } from "@/lib/policy/queries";
import { config } from "@/trust-center.config";

export const metadata: Metadata = { title: "Policies" };

const day = (at: Temporal.Instant | null) =>
  at ? <Time at={at.toString()} /> : <span className="text-muted">not yet</span>;

export default async function Policies() {
  const ctx = await requireStaff();
  const all = await versions(ctx);
  return (
    <>
      <PageHeader
        title="Policy versions"
        lead={`One person writes, another approves, everybody is told ${config.clocks.noticeDays} days before it counts. An announced text never changes again.`}
        actions={
          ctx.actor.role === "auditor" ? null : (
            <Link href="/admin/policies/new" prefetch={false} className={buttonClass()}>
              New draft
            </Link>
          )
        }
      />
      {all.length === 0 ? (
        <Empty>No version yet. The first draft starts empty.</Empty>
      ) : (
        <Table
          caption="Policy versions, newest first"
          rows={all}
          rowKey={(one) => one.id}
          columns={[
            {
              key: "number",
              head: "Version",
              cell: (one) => (
                <Link className="link font-medium" prefetch={false} href={`/admin/policies/${one.number}`}>
                  Version {one.number}
                </Link>
              ),
            },
            {
              key: "title",
              head: "Title",
              cell: (one) => (one.kind === "technical" ? `${one.title} (technical upgrade)` : one.title),
            },
            { key: "state", head: "State", cell: (one) => <StateChip state={one.state} /> },
            { key: "announced", head: "Announced", cell: (one) => day(one.announcedAt) },
            { key: "effective", head: "In effect from", cell: (one) => day(one.effectiveAt) },
            {
              key: "hash",
              head: "SHA-256",
              cell: (one) => (
                <code className="font-mono text-sm text-muted" title={one.sha256}>
                  {one.sha256.slice(0, 12)}
                </code>
              ),
            },
          ]}
        />
      )}
    </>
  );
}
