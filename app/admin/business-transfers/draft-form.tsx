import { CategoryChecks } from "@/components/desk/category-checks";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { transferGroundWords, transferKindWords } from "@/lib/business-transfers/words";
import { config } from "@/trust-center.config";
import { draft } from "./actions";

/** To whom the business goes, which data with it, when and on what ground; everybody will read it. */
export function DraftForm() {
  const { noticeDays } = config.clocks;
  return (
    <ActionForm
      action={draft}
      className="grid max-w-3xl gap-5 sm:grid-cols-2"
      done="It is drafted. Another officer reads and approves exactly this."
      said={{ "too-early": `Everybody is told at least ${noticeDays} days before. Choose a later day.` }}
    >
      <FormSelect id="kind" label="What happens" required>
        {Object.entries(transferKindWords).map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </FormSelect>
      <FormSelect id="ground" label="Ground" required>
        {Object.entries(transferGroundWords).map(([key, { label, source }]) => (
          <option key={key} value={key}>
            {label}, {source}
          </option>
        ))}
      </FormSelect>
      <FormText id="recipient" label="Who receives the data" type="text" required maxLength={200} />
      <FormText id="country" label="In which country" type="text" required maxLength={100} />
      <FormText
        id="happensOn"
        label="On which day"
        hint={`At least ${noticeDays} days and the time a mailing takes from now. UTC.`}
        type="date"
        required
      />
      <CategoryChecks name="categories" legend="Which data goes over" />
      <div className="sm:col-span-2">
        <FormArea
          id="text"
          label="What it means for people"
          hint="Everybody reads it, word for word."
          rows={6}
          required
          minLength={40}
          maxLength={5000}
        />
      </div>
      <div className="sm:col-span-2">
        <SubmitButton>Ask a second officer</SubmitButton>
      </div>
    </ActionForm>
  );
}
