import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { groundWords } from "@/lib/holds/words";
import { config } from "@/trust-center.config";
import { request } from "./actions";

/** Whose data, which, why. The address is looked up on the platform and kept sealed. */
export function RequestForm({ collections }: { collections: { value: string; label: string }[] }) {
  return (
    <ActionForm
      action={request}
      className="grid max-w-3xl gap-5 sm:grid-cols-2"
      done={`The data is kept from now on. A second officer sets the hold within ${config.holds.provisionalHours} hours, or it lapses.`}
      said={{
        "not-found":
          "The platform knows no such account, or it belongs to no company. Where several go by one address that none of them proved, give the id.",
      }}
    >
      <FormSelect id="scope" label="Whose data" required>
        <option value="person">One person's</option>
        <option value="company">A company account's</option>
        <option value="collection">Everybody's in one collection</option>
      </FormSelect>
      <FormText
        id="address"
        label="Address of the account, or its id on the platform"
        hint="Of a company, anybody's in it. Leave it empty for everybody's."
        type="text"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={320}
      />
      <FormSelect id="collection" label="Which data">
        <option value="">Everything</option>
        {collections.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </FormSelect>
      <FormSelect id="ground" label="Ground" required>
        {Object.entries(groundWords).map(([key, { label, source }]) => (
          <option key={key} value={key}>
            {label}, {source}
          </option>
        ))}
      </FormSelect>
      <FormText id="from" label="Only from this day on" hint="Empty: from the beginning. UTC." type="date" />
      <FormText
        id="until"
        label="Only until before this day"
        hint="Empty: also what is yet to come. UTC."
        type="date"
      />
      <div className="sm:col-span-2">
        <FormArea
          id="note"
          label="Why"
          hint="For officers and auditors; kept sealed. The person sees the ground, not this."
          rows={3}
          required
          minLength={10}
          maxLength={2000}
        />
      </div>
      <div className="sm:col-span-2">
        <SubmitButton>Ask a second officer</SubmitButton>
      </div>
    </ActionForm>
  );
}
