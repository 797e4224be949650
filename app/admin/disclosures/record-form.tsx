import { CategoryChecks } from "@/components/desk/category-checks";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { authorityWords, disclosureGroundWords, outcomeWords } from "@/lib/disclosures/words";
import { record } from "./actions";

/** An authority's demand and what is to be given. Nothing is, until a second officer releases just this. */
export function RecordForm() {
  return (
    <ActionForm
      action={record}
      className="grid max-w-3xl gap-5 sm:grid-cols-2"
      done="It is recorded. Another officer reads it and releases exactly this."
      said={{
        "not-found": "The platform does not know one of the addresses.",
        "invalid-input":
          "Something does not fit: what is given has to be among what was asked for, and a refusal gives nothing to nobody.",
      }}
    >
      <FormSelect id="authorityKind" label="Kind of authority" required>
        {Object.entries(authorityWords).map(([key, { label }]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </FormSelect>
      <FormSelect id="ground" label="Ground" required>
        {Object.entries(disclosureGroundWords).map(([key, { label, source }]) => (
          <option key={key} value={key}>
            {label}, {source}
          </option>
        ))}
      </FormSelect>
      <FormText id="authority" label="Which authority" hint="Kept sealed." type="text" required maxLength={200} />
      <FormText id="number" label="Its number" hint="Kept sealed." type="text" maxLength={200} />
      <FormText id="receivedOn" label="Received on" hint="UTC." type="date" required />
      <FormSelect id="outcome" label="What we do" required>
        {Object.entries(outcomeWords).map(([key, { desk }]) => (
          <option key={key} value={key}>
            {desk}
          </option>
        ))}
      </FormSelect>
      <CategoryChecks name="asked" legend="Asked for" />
      <CategoryChecks name="given" legend="To be given" />
      <FormText id="peopleAsked" label="People it asks about" type="number" min={0} required />
      <FormText id="peopleGiven" label="People whose data is given" type="number" min={0} required />
      <div className="sm:col-span-2">
        <FormArea
          id="addresses"
          label="Addresses of the accounts"
          hint="One a line, at most 200. They are told once they may be; an address is erased then."
          rows={3}
        />
      </div>
      <FormText
        id="sealedUntil"
        label="Nobody may be told before"
        hint="By the authority's order; empty: they are told at once. UTC."
        type="date"
      />
      <div className="sm:col-span-2">
        <FormArea
          id="why"
          label="Why it is answered so"
          hint="For officers and auditors; kept sealed."
          rows={4}
          required
          minLength={10}
          maxLength={5000}
        />
      </div>
      <div className="sm:col-span-2">
        <SubmitButton>Ask a second officer</SubmitButton>
      </div>
    </ActionForm>
  );
}
