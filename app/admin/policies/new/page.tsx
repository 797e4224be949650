import type { Metadata } from "next";
import Link from "next/link";
import { firstValues, type SearchParams } from "@/components/desk/page-address";
import { parseVersionNumber } from "@/components/policy/version-number";
import { ActionForm, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { versions } from "@/lib/policy/queries";
import { create } from "../actions";

export const metadata: Metadata = { title: "New policy draft" };

export default async function NewDraft({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireStaff("agent", "officer");
  const { from = "" } = await firstValues(searchParams);
  const all = await versions(ctx);
  const asked = parseVersionNumber(from);
  // What is announced is what everybody will read next; without it, what they read now.
  const base =
    all.find(({ number }) => number === asked) ??
    all.find(({ state }) => state === "announced") ??
    all.find(({ state }) => state === "in-force");
  return (
    <>
      <p className="mb-2">
        <Link href="/admin/policies" prefetch={false} className="link">
          Policy versions
        </Link>
      </p>
      <PageHeader
        title="New draft"
        lead="It takes the next number. Nothing is public until a second officer approves it and it is announced."
      />
      <ActionForm action={create} className="max-w-xl space-y-6">
        <FormSelect id="from" label="Begin from" defaultValue={String(base?.number ?? "")}>
          {all.map(({ number, title }) => (
            <option key={number} value={number}>
              Version {number}: {title}
            </option>
          ))}
          <option value="">An empty text</option>
        </FormSelect>
        <FormSelect id="kind" label="What it is" defaultValue="change">
          <option value="change">A change: everybody is told</option>
          <option value="technical">A technical upgrade: the same words in another rendering</option>
        </FormSelect>
        <FormText
          id="file"
          label="Or from a file"
          type="file"
          accept=".md,.markdown,text/markdown,text/plain"
          hint="Markdown in UTF-8, at most 256 KB. It is taken over byte for byte."
        />
        <SubmitButton>Start the draft</SubmitButton>
      </ActionForm>
    </>
  );
}
