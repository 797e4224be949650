import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AuditTable } from "@/components/desk/audit-table";
import { address, firstValues, plainText, type SearchParams } from "@/components/desk/page-address";
import { Button, buttonClass } from "@/components/ui/button";
import { SelectField, TextField } from "@/components/ui/field";
import { Empty, PageHeader } from "@/components/ui/page";
import { auditActions, auditPage } from "@/lib/audit/queries";
import { requireStaff } from "@/lib/auth/require";

export const metadata: Metadata = { title: "Audit log" };

const query = z.object({
  action: plainText(80).optional().catch(undefined),
  object: plainText(80).optional().catch(undefined),
  actor: plainText(80).optional().catch(undefined),
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
});

export default async function AuditLog({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireStaff();
  const asked = query.parse(await firstValues(searchParams));
  const [page, actions] = await Promise.all([
    auditPage(ctx, { action: asked.action, objectId: asked.object, actorId: asked.actor, before: asked.before }),
    auditActions(ctx),
  ]);
  if (!page.ok) notFound();
  const { entries, next } = page.value;
  const filtered = Boolean(asked.action || asked.object || asked.actor);
  return (
    <>
      <PageHeader
        title="Audit log"
        lead="Every change, written in the same transaction as the change itself. Nothing here can be edited or removed; it names ids, never a person's data."
      />
      <form action="/admin/audit" className="mb-6 flex flex-wrap items-end gap-3">
        <SelectField id="action" label="Action" defaultValue={asked.action ?? ""} className="min-w-[16rem]">
          <option value="">Every action</option>
          {actions.map((action) => (
            <option key={action} value={action}>
              {action}
            </option>
          ))}
        </SelectField>
        <TextField
          id="object"
          label="Id of the object"
          defaultValue={asked.object}
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          id="actor"
          label="Id of who did it"
          defaultValue={asked.actor}
          autoComplete="off"
          spellCheck={false}
        />
        <Button look="secondary" className="min-h-11">
          Show
        </Button>
        {filtered ? (
          <Link href="/admin/audit" prefetch={false} className={buttonClass("quiet", "min-h-11")}>
            Clear the filter
          </Link>
        ) : null}
      </form>
      {entries.length === 0 ? (
        <Empty>
          {filtered || asked.before ? "No entry fits. Clear the filter to see them all." : "Nothing has happened yet."}
        </Empty>
      ) : (
        <AuditTable entries={entries} caption="Entries of the audit log, newest first" />
      )}
      <nav aria-label="Pages of the log" className="mt-6 flex flex-wrap gap-3">
        {asked.before ? (
          <Link
            href={address("/admin/audit", { ...asked, before: undefined })}
            prefetch={false}
            className={buttonClass("secondary")}
          >
            Newest
          </Link>
        ) : null}
        {next ? (
          <Link
            href={address("/admin/audit", { ...asked, before: next })}
            prefetch={false}
            className={buttonClass("secondary")}
          >
            Older entries
          </Link>
        ) : null}
      </nav>
    </>
  );
}
