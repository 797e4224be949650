import type { Metadata } from "next";
import Link from "next/link";
import { noticeState } from "@/components/desk/notice-state";
import { percent } from "@/components/desk/percent";
import { Chip } from "@/components/ui/chip";
import { Empty, PageHeader } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { noticeList, noticeProgress } from "@/lib/notices/queries";
import { config } from "@/trust-center.config";

export const metadata: Metadata = { title: "Notices" };

export default async function Notices() {
  const ctx = await requireStaff();
  const list = await noticeList(ctx);
  const all = await Promise.all(list.map((one) => noticeProgress(ctx, { noticeId: one.id })));
  const rows = all.filter((one) => one !== null);
  const now = Temporal.Now.instant();
  return (
    <>
      <PageHeader
        title="Notices"
        lead={`Who was told about which policy version, mail by mail. A version counts only once everybody has had ${config.clocks.noticeDays} days.`}
      />
      {rows.length === 0 ? (
        <Empty>No notice yet. Announcing an approved policy version makes one.</Empty>
      ) : (
        <Table
          caption="Notices, newest first"
          rows={rows}
          rowKey={(one) => one.id}
          columns={[
            {
              key: "version",
              head: "Notice",
              cell: (one) => (
                <Link className="link font-medium" prefetch={false} href={`/admin/notices/${one.id}`}>
                  {one.kind === "withdrawal" ? "Withdrawal of version" : "Version"} {one.number}
                </Link>
              ),
            },
            {
              key: "state",
              head: "State",
              cell: (one) => {
                const state = noticeState(one, now);
                return <Chip kind={state.chip}>{state.word}</Chip>;
              },
            },
            { key: "announced", head: "Announced", cell: (one) => <Time at={one.createdAt.toString()} withTime /> },
            { key: "people", head: "Recipients", cell: (one) => one.total.toLocaleString("en-GB"), numeric: true },
            {
              key: "delivered",
              head: "Delivered",
              cell: (one) => percent(one.states.delivered, one.total),
              numeric: true,
            },
            {
              key: "undecided",
              head: "For you to decide",
              cell: (one) =>
                one.batches.undecided.length > 0 ? (
                  <Chip kind="problem">{`${one.batches.undecided.length} batches`}</Chip>
                ) : (
                  <span className="text-muted">nothing</span>
                ),
            },
          ]}
        />
      )}
    </>
  );
}
