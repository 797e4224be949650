import type { Metadata } from "next";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { roleWords } from "@/components/desk/desk-shell";
import { Chip } from "@/components/ui/chip";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { type Colleague, staffList } from "@/lib/staff/queries";
import { disable } from "./actions";

export const metadata: Metadata = { title: "Staff" };

function State({ one }: { one: Colleague }) {
  if (one.disabledAt) return <Chip kind="declined">Disabled</Chip>;
  return one.enrolledAt ? <Chip kind="done">Enrolled</Chip> : <Chip kind="waiting">Invited</Chip>;
}

function Disable({ one }: { one: Colleague }) {
  return (
    <ConfirmDisclosure label="Disable" about={one.name}>
      <p className="text-sm">
        {one.name} loses the desk at their next click
        {one.openCases > 0
          ? `, and ${one.openCases} open ${one.openCases === 1 ? "case goes" : "cases go"} back to nobody`
          : ""}
        . What they did stays in the log.
      </p>
      <ActionForm action={disable}>
        <input type="hidden" name="staffId" value={one.staffId} />
        <SubmitButton look="danger">Disable {one.name}</SubmitButton>
      </ActionForm>
    </ConfirmDisclosure>
  );
}

export default async function Staff() {
  const ctx = await requireStaff();
  const colleagues = await staffList(ctx);
  const officer = ctx.actor.role === "officer";
  return (
    <>
      <PageHeader
        title="Staff"
        lead="Who can open the desk. New colleagues are invited from the command line with npm run staff:invite, and nobody gets in without a passkey."
      />
      <Table
        caption="Staff with their roles and passkeys"
        rows={colleagues}
        rowKey={(one) => one.staffId}
        columns={[
          {
            key: "name",
            head: "Name",
            cell: (one) => (
              <span>
                <span className="font-medium">{one.name}</span>
                {one.staffId === ctx.actor.staffId ? <span className="text-muted"> (you)</span> : null}
                <span className="block text-sm text-muted">{one.email}</span>
              </span>
            ),
          },
          { key: "role", head: "Role", cell: (one) => roleWords[one.role] },
          { key: "state", head: "State", cell: (one) => <State one={one} /> },
          { key: "passkeys", head: "Passkeys", cell: (one) => one.passkeys, numeric: true },
          {
            key: "used",
            head: "Last used",
            cell: (one) =>
              one.lastUsedAt ? (
                <Time at={one.lastUsedAt.toString()} withTime />
              ) : (
                <span className="text-muted">never</span>
              ),
          },
          { key: "cases", head: "Open cases", cell: (one) => one.openCases, numeric: true },
          ...(officer
            ? [
                {
                  key: "do",
                  head: "Change",
                  cell: (one: Colleague) =>
                    !one.disabledAt && one.staffId !== ctx.actor.staffId ? <Disable one={one} /> : null,
                },
              ]
            : []),
        ]}
      />
      {officer ? null : (
        <p className="mt-6 text-muted">Only a privacy officer can disable a colleague, with a fresh passkey check.</p>
      )}
    </>
  );
}
