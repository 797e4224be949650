import Link from "next/link";
import { Section } from "@/components/ui/page";
import type { OwnField, OwnGroup } from "@/lib/correction/own-fields";
import { categoryWords } from "@/lib/data-map/category-words";

/**
 * What is held as a person's own, as boxes of a form named `f`.
 * @param address where the sign-in address is changed; null for whoever cannot change it for them
 */
export const OwnValues = ({ groups, address }: { groups: OwnGroup[]; address: string | null }) =>
  groups.map((group) => <Group key={group.category} group={group} address={address} />);

function Group({ group: { category, records }, address }: { group: OwnGroup; address: string | null }) {
  return (
    <Section title={categoryWords[category].label} lead={categoryWords[category].what}>
      <div className="space-y-6">
        {records.map((record) => (
          <fieldset key={record.fields[0]?.handle} className="min-w-0">
            <legend className="mb-2 font-medium">{record.label}</legend>
            <ul className="divide-y divide-line border-y border-line">
              {record.fields.map((field) => (
                <li key={field.handle}>
                  <Choice field={field} address={address} />
                </li>
              ))}
            </ul>
          </fieldset>
        ))}
      </div>
    </Section>
  );
}

const hows = {
  rule: "Put right at once.",
  staff: "A person looks at it first.",
  address: "With a link to the new address and a day to stop it.",
};

function Choice({ field: { handle, label, value, by }, address }: { field: OwnField; address: string | null }) {
  const words = (
    <span className="grid min-w-0 grow gap-x-6 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <span className="text-muted">{label}</span>
      <span className="min-w-0">
        <span className="block whitespace-pre-wrap [overflow-wrap:anywhere]">
          {value === null || value === "" ? <em className="text-muted">nothing</em> : value}
        </span>
        <span className="block text-sm text-muted">{hows[by]}</span>
      </span>
    </span>
  );
  if (by === "address")
    return (
      <div className="flex flex-wrap items-start gap-3 py-3">
        {words}
        {address ? (
          <Link href={address} prefetch={false} className="link">
            Change the address
          </Link>
        ) : null}
      </div>
    );
  return (
    <label className="flex cursor-pointer items-start gap-3 py-3 hover:bg-sunken">
      <input type="checkbox" name="f" value={handle} className="mt-1 size-5 shrink-0 accent-accent" />
      {words}
    </label>
  );
}
