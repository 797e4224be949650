import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { FateList } from "@/components/cases/fate-list";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { requireHolder } from "@/lib/auth/require";
import { previewClient } from "@/lib/clients/preview-client";
import { sentences } from "@/lib/errors";
import { erase } from "../actions";

export const metadata: Metadata = { title: "A client" };

/** What stands in the address; anything that is not well formed is nobody's id. */
function idOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export default async function Client({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireHolder();
  const { id } = await params;
  const found = await previewClient(ctx, { clientId: idOf(id) });
  if (!found.ok && (found.reason === "too-many" || found.reason === "cannot-check"))
    return (
      <>
        <PageHeader title="A client" />
        <Callout look="warn">
          <p>{sentences[found.reason]}</p>
        </Callout>
      </>
    );
  if (!found.ok) notFound();
  const { id: clientId, name, email, items } = found.value;
  const rows = (items ?? []).reduce((sum, one) => sum + one.deleted + one.anonymised + one.reduced + one.unlinked, 0);
  return (
    <>
      <p className="mb-6">
        <Link href="/account/clients" prefetch={false} className="link">
          Clients of your company
        </Link>
      </p>
      <div className="[overflow-wrap:anywhere]">
        <PageHeader title={name} lead={email ?? undefined} />
      </div>
      <Section
        title="What is held"
        lead="Counted just now, with what an erasure would do. Of other clients nothing changes."
      >
        {items === null ? (
          <Callout look="warn">
            <p>This cannot be counted and erased here at the moment. Write to us, and our staff see to it with you.</p>
          </Callout>
        ) : (
          <FateList items={items} />
        )}
        <dl className="mt-4 max-w-[70ch] space-y-1 text-sm text-muted">
          <div>
            <dt className="inline font-medium">Made anonymous:</dt>{" "}
            <dd className="inline">
              the record stays, since your jobs and books need it, without what says who the client was. Words that your
              people wrote into titles, descriptions and notes stay as they are.
            </dd>
          </div>
        </dl>
      </Section>
      {items !== null && rows > 0 ? (
        <Section
          title="Erase this client"
          lead="It happens within minutes, and nobody can bring it back, we included. You decide about this data, so there is no waiting time."
        >
          <ActionForm
            action={erase}
            said={{
              "confirmation-mismatch": "That is not the name of this client. Type it as it stands above the field.",
            }}
            className="max-w-md space-y-4"
          >
            <input type="hidden" name="clientId" value={clientId} />
            <FormText
              id="confirmation"
              label="Type the client's name to confirm"
              hint={name}
              autoComplete="off"
              spellCheck={false}
              required
              maxLength={500}
            />
            <SubmitButton look="danger">Erase this client</SubmitButton>
          </ActionForm>
        </Section>
      ) : null}
    </>
  );
}
