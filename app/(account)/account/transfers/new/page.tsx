import type { Metadata } from "next";
import Link from "next/link";
import { z } from "zod";
import { FactList } from "@/components/transfers/fact-list";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { mySubject } from "@/lib/cases/queries";
import { sentences } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { destinations } from "@/lib/transfers/destinations";
import { previewTransfer, type TransferPreview } from "@/lib/transfers/preview-transfer";
import { config } from "@/trust-center.config";
import { send } from "../actions";

export const metadata: Metadata = { title: "Send your data" };

const query = z.object({
  to: z.string().max(100),
  address: z.string().max(300).optional(),
  scope: z.enum(["person", "company"]),
});
type Chosen = z.infer<typeof query>;

export default async function NewTransferPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireHolder();
  const parsed = query.safeParse(await searchParams);
  const chosen = parsed.success ? parsed.data : null;
  // Before the form, so that nothing is chosen twice; and nobody is asked on the word of a stale session.
  await requireStepUp(ctx, "/account/transfers/new");
  const subject = await mySubject(ctx);
  const preview = chosen ? await previewTransfer(ctx, chosen) : null;
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Send your data"
        lead="We hand your data straight to another provider. First you see who they are and what they would get."
      />
      {preview && !preview.ok ? (
        <div className="mb-6">
          <Callout look="bad" live>
            <p>{sentences[preview.reason]}</p>
          </Callout>
        </div>
      ) : null}
      {preview?.ok && chosen ? (
        <Preview preview={preview.value} chosen={chosen} />
      ) : (
        <Choose chosen={chosen} ownsCompany={subject?.ownsCompany ?? false} />
      )}
    </div>
  );
}

function Choose({ chosen, ownsCompany }: { chosen: Chosen | null; ownsCompany: boolean }) {
  const listed = destinations();
  const to = chosen?.to ?? listed[0]?.id ?? "address";
  return (
    <form method="get" className="space-y-6">
      {ownsCompany ? (
        <fieldset className="space-y-2">
          <legend className="mb-2 font-medium">Whose data?</legend>
          <Choice name="scope" value="company" checked={chosen?.scope !== "person"} title="The whole company account" />
          <Choice name="scope" value="person" checked={chosen?.scope === "person"} title="Mine" />
        </fieldset>
      ) : (
        <input type="hidden" name="scope" value="person" />
      )}
      <fieldset className="space-y-2">
        <legend className="mb-2 font-medium">To whom?</legend>
        {listed.map(({ id, name }) => (
          <Choice key={id} name="to" value={id} checked={to === id} title={name} />
        ))}
        {config.transfers.anyAddress ? (
          <Choice name="to" value="address" checked={to === "address"} title="Another provider, at this address" />
        ) : null}
      </fieldset>
      {config.transfers.anyAddress ? (
        <TextField
          id="address"
          label="Their address"
          hint="Such as https://data.provider.example. They tell you; it has to take data in this way (data-transfer/1)."
          defaultValue={chosen?.address ?? ""}
          maxLength={300}
          inputMode="url"
          autoComplete="off"
        />
      ) : null}
      <Button>See who they are and what they would get</Button>
      <p className="text-sm text-muted">
        Would you rather carry it yourself?{" "}
        <Link href="/account/requests/new?kind=portability" prefetch={false} className="link">
          Ask for a file
        </Link>
        .
      </p>
    </form>
  );
}

function Choice({ name, value, title, checked }: { name: string; value: string; title: string; checked: boolean }) {
  return (
    <label className="flex cursor-pointer items-center gap-3 rounded-md border border-line p-3 hover:bg-sunken has-checked:border-accent">
      <input type="radio" name={name} value={value} defaultChecked={checked} className="size-5 accent-accent" />
      <span className="font-medium">{title}</span>
    </label>
  );
}

function Preview({ preview, chosen }: { preview: TransferPreview; chosen: Chosen }) {
  const { provider, categories, rows, scope } = preview;
  const number = new Intl.NumberFormat("en");
  return (
    <>
      <Section title="Who they are" lead="They proved just now that they hold this address and this key.">
        <FactList
          facts={[
            ["Name, in their own words", provider.name],
            ["Address", provider.origin],
            ["Contact", provider.contact],
            [
              "Key",
              <code key="key" className="font-mono text-sm">
                {provider.key.kid}
              </code>,
            ],
          ]}
        />
      </Section>
      <Section
        title="What they would get"
        lead={
          scope === "company"
            ? "Everything your company stored, other people's included, as in the file you can download."
            : "What is held about you as a person, as in the file you can download."
        }
      >
        {categories ? (
          <Table
            caption="What would be sent"
            rows={[...categories, { label: "All", what: "", rows: rows ?? 0 }]}
            rowKey={({ label }) => label}
            columns={[
              { key: "what", head: "Data", cell: ({ label, what }) => (what ? `${label}: ${what}` : label) },
              {
                key: "rows",
                head: "Rows",
                numeric: true,
                cell: (one) => <span className="tabular">{number.format(one.rows)}</span>,
              },
            ]}
          />
        ) : (
          <p className="text-muted">How much it is cannot be counted just now. It is complete all the same.</p>
        )}
        <p className="mt-4 text-sm text-muted">
          They also learn the address you sign in with: you show it there, to take the data over. Passwords and keys are
          never sent.{" "}
          <Link href="/privacy/portability" prefetch={false} className="link">
            Every field and format
          </Link>
        </p>
      </Section>
      <Section title="Send it?">
        <ul className="mb-6 list-disc space-y-1 pl-5 text-muted">
          <li>We tell you by mail now, and when they have signed that everything arrived.</li>
          <li>You can take it back at any time. We then tell them to delete it, and show you their answer.</li>
          <li>Nothing is deleted here.</li>
        </ul>
        <ActionForm action={send} className="flex flex-wrap gap-3">
          <input type="hidden" name="to" value={chosen.to} />
          <input type="hidden" name="address" value={chosen.address ?? ""} />
          <input type="hidden" name="scope" value={scope} />
          <input type="hidden" name="shownOrigin" value={provider.origin} />
          <input type="hidden" name="shownKey" value={provider.key.kid} />
          <input type="hidden" name="idempotencyKey" value={newId()} />
          <SubmitButton>{`Send to ${provider.name}`}</SubmitButton>
          <Link href="/account/transfers/new" prefetch={false} className="link self-center">
            Choose again
          </Link>
        </ActionForm>
      </Section>
    </>
  );
}
