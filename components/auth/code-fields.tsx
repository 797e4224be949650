import { FormText, SubmitButton } from "@/components/ui/form";

/** The field for the six digits of a mail, with its button. Phones offer to fill it in. */
export function CodeFields({ button }: { button: string }) {
  return (
    <>
      <FormText
        id="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9][0-9 \-]{5,8}"
        title="Six digits"
        required
        maxLength={9}
        label="Code of six digits"
        className="tabular max-w-48 text-xl tracking-[0.2em]"
      />
      <SubmitButton className="w-full sm:w-auto">{button}</SubmitButton>
    </>
  );
}
