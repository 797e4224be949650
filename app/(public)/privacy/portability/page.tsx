import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { exportable } from "@/lib/data-map/exportable";
import { homeSystem } from "@/lib/data-map/load";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "What you can take with you",
  description: `Every kind of data that ${config.company.name} hands over, its formats, and how to move it to another provider.`,
};

const inWhich = (scopes: readonly string[]) =>
  scopes.length === 2
    ? "Your own copy and the company's"
    : scopes[0] === "person"
      ? "Your own copy"
      : "The company's copy";

/** EU Data Act, Regulation (EU) 2023/2854, chapter VI: what can be exported, and in which formats. */
export default function PortabilityPage() {
  const { categories, omitted } = exportable();
  return (
    <>
      <PageHeader
        title="What you can take with you"
        lead="Every kind of data that we hand over, straight from the map by which it is done. It costs nothing, and you need not say why."
        actions={
          <a href="/privacy/portability.json" className="link">
            The same as JSON
          </a>
        }
      />
      <Section title="How">
        <ul className="max-w-[75ch] list-disc space-y-1 pl-5">
          <li>
            <Link href="/account/requests/new?kind=portability" prefetch={false} className="link">
              Ask for a file
            </Link>{" "}
            and download it: a ZIP with JSON Lines and CSV of every collection, a Table Schema for each, your files as
            they are, and a manifest (Data Package v2) with a checksum of everything.
          </li>
          <li>
            <Link href="/account/transfers/new" prefetch={false} className="link">
              Have it sent
            </Link>{" "}
            straight to another provider that takes it in (data-transfer/1). You see who they are and what they get
            first.
          </li>
          {homeSystem().company ? <li>A company's owner can do both for the whole company account.</li> : null}
        </ul>
      </Section>
      {categories.map(({ category, label, collections }) => (
        <Section key={category} title={label}>
          <Table
            caption={label}
            rows={collections}
            rowKey={({ system, name }) => `${system}.${name}`}
            columns={[
              {
                key: "what",
                head: "Collection",
                cell: (one) => (
                  <>
                    <span className="font-medium">{one.label}</span>
                    {one.description ? <span className="block text-sm text-muted">{one.description}</span> : null}
                  </>
                ),
              },
              {
                key: "fields",
                head: "Fields",
                cell: ({ fields }) => <span className="text-sm">{fields.map((field) => field.label).join(", ")}</span>,
              },
              { key: "in", head: "In", cell: ({ scopes }) => inWhich(scopes) },
            ]}
          />
        </Section>
      ))}
      <Section title="What is never handed over" lead="And why.">
        <Table
          caption="What is never handed over"
          rows={omitted}
          rowKey={({ system, collection, field }) => `${system}.${collection}.${field}`}
          columns={[
            {
              key: "what",
              head: "What",
              cell: ({ label }) => label,
            },
            { key: "why", head: "Why", cell: ({ reason }) => reason },
            { key: "ground", head: "Ground", cell: ({ ground }) => ground },
          ]}
        />
      </Section>
    </>
  );
}
