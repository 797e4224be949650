import type { Metadata } from "next";
import Link from "next/link";
import { DraftEditor } from "@/components/desk/draft-editor";
import { firstValues, type SearchParams } from "@/components/desk/page-address";
import { firstEffectiveDay } from "@/components/desk/version-powers";
import { parseVersionNumber } from "@/components/policy/version-number";
import { PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { parsePolicy } from "@/lib/policy/parse";
import { announced, inForce, version } from "@/lib/policy/queries";
import { create } from "../actions";

export const metadata: Metadata = { title: "New policy draft" };

export default async function NewDraft({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireStaff("agent", "officer");
  const { from = "" } = await firstValues(searchParams);
  const number = parseVersionNumber(from);
  // What is announced is what everybody will read next; without it, what they read now.
  const base = (number === null ? null : await version(ctx, number)) ?? (await announced(ctx)) ?? (await inForce(ctx));
  const parsed = base ? parsePolicy(base.markdown) : null;
  return (
    <>
      <p className="mb-2">
        <Link href="/admin/policies" prefetch={false} className="link">
          Policy versions
        </Link>
      </p>
      <PageHeader
        title="New draft"
        lead={
          base
            ? `It starts from version ${base.number}. Nothing is public until a second officer approves it and it is announced.`
            : "There is no version yet, so it starts empty."
        }
      />
      <DraftEditor
        action={create}
        hidden={null}
        markdown={base?.markdown ?? ""}
        effectiveAt={null}
        highlights={[]}
        clauses={parsed?.ok ? parsed.policy.clauses.map(({ id }) => id) : []}
        firstDay={firstEffectiveDay(Temporal.Now.instant())}
        save="Save as a draft"
      />
    </>
  );
}
