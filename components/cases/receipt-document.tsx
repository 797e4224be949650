import type { ReactNode } from "react";
import { Section } from "@/components/ui/page";
import { type Column, Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { Receipt, ReceiptCollection } from "@/lib/erasure/receipt";

/** Nothing is said of what did not happen. */
const count = (value: number) => (value === 0 ? null : value.toLocaleString("en"));

const erased: Column<ReceiptCollection>[] = [
  { key: "label", head: "What", cell: ({ label }) => label },
  { key: "deleted", head: "Deleted", numeric: true, cell: ({ deleted }) => count(deleted) },
  {
    key: "anonymised",
    head: "Made anonymous",
    numeric: true,
    cell: ({ anonymised, emptied }) => count(anonymised + emptied),
  },
  { key: "unlinked", head: "Without the link", numeric: true, cell: ({ unlinked }) => count(unlinked) },
];

const stayed: Column<ReceiptCollection>[] = [
  { key: "label", head: "What", cell: ({ label }) => label },
  { key: "kept", head: "Records", numeric: true, cell: ({ kept, held }) => count(kept + held) },
  { key: "ground", head: "Why", cell: (row) => <Grounds {...row} /> },
  { key: "until", head: "Until", cell: (row) => <Until {...row} /> },
];

const Grounds = ({ kept, held, ground }: ReceiptCollection): ReactNode => (
  <>
    {kept > 0 ? <p>{ground}</p> : null}
    {/* Not said to be a hold: an officer may have concealed that. */}
    {held > 0 ? <p>{held.toLocaleString("en")} as the law asks us to keep it for now (GDPR Art. 17(3)).</p> : null}
  </>
);

function Until({ kept, held, until }: ReceiptCollection): ReactNode {
  return (
    <>
      {kept > 0 && until ? (
        <p>
          {/* Only another account's closing can be unknown: their own was with the erasure. */}
          {until.endsAt ? (
            <Time at={until.endsAt} />
          ) : (
            "Not known yet: it counts from when another account is closed, the company's or that of whoever needs it"
          )}
          <span className="block text-sm text-muted">{until.words}</span>
        </p>
      ) : null}
      {held > 0 ? <p>For as long as the law asks; then it goes.</p> : null}
    </>
  );
}

const providerColumns: Column<Receipt["providers"][number]>[] = [
  { key: "name", head: "Provider", cell: ({ name }) => name },
  { key: "asked", head: "Asked", cell: ({ asked }) => (asked ? <Time at={asked} /> : "Not yet") },
  { key: "answered", head: "Answered", cell: ({ answered }) => (answered ? <Time at={answered} /> : "Not yet") },
  { key: "answer", head: "Answer", cell: ({ answer }) => answer ?? "" },
];

/** What a receipt says, for reading and for paper. */
export function ReceiptDocument({ receipt }: { receipt: Receipt }) {
  const { systems, providers, backups, byHand } = receipt;
  return (
    <>
      {systems.length === 0 ? (
        <Section title="What was erased">
          <p className="max-w-[70ch]">
            {byHand
              ? "Our staff deleted it by hand. No program counted the records, so this receipt says that it was done and when, and their answer to the request says what."
              : "The platform did not know this person, so it held nothing."}
          </p>
        </Section>
      ) : null}
      {systems.map((system) => (
        <SystemPart key={system.name} system={system} />
      ))}
      <Section title="Providers">
        {providers.length === 0 ? (
          <p className="max-w-[70ch]">No provider was asked through this trust center.</p>
        ) : (
          <Table
            caption="What the providers were asked and said"
            columns={providerColumns}
            rows={providers}
            rowKey={({ name }) => name}
          />
        )}
      </Section>
      <Section title="Backups">
        <p className="max-w-[70ch]">
          Copies made before the erasure are kept {backups.keepDays} days. After{" "}
          <Time at={backups.agedOutBy} withTime /> none of them holds what was erased. Should one be brought back
          before, the erasure is done again first.
        </p>
      </Section>
    </>
  );
}

function SystemPart({ system }: { system: Receipt["systems"][number] }) {
  const gone = system.collections.filter(
    ({ deleted, anonymised, emptied, unlinked }) => deleted + anonymised + emptied + unlinked > 0,
  );
  const left = system.collections.filter(({ kept, held }) => kept + held > 0);
  return (
    <>
      <Section
        title={`Erased: ${system.label}`}
        lead={
          <>
            Done <Time at={system.finishedAt} withTime />
            {system.transaction ? `, with transaction ${system.transaction} there as the last` : null}. Everything was
            searched again before it lasted, and nothing more was found.
          </>
        }
      >
        {gone.length === 0 ? (
          <p>Nothing was held there that had to go.</p>
        ) : (
          <>
            <Table caption={`Erased: ${system.label}`} columns={erased} rows={gone} rowKey={({ name }) => name} />
            <p className="mt-3 max-w-[70ch] text-sm text-muted">
              Made anonymous: the record stays because others need it, without what said whose it was. Without the link:
              a record of others that no longer leads to this person.
            </p>
          </>
        )}
      </Section>
      {left.length > 0 ? (
        <Section title={`Kept: ${system.label}`}>
          <Table caption={`Kept: ${system.label}`} columns={stayed} rows={left} rowKey={({ name }) => name} />
        </Section>
      ) : null}
    </>
  );
}
