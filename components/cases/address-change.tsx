import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";

type Address = { state: string; notBefore: string; expiresAt: string };

/** How a change of the sign-in address stands, and the one click that stops it. */
export function AddressChange({
  address: { state, notBefore, expiresAt },
  zone,
  reference,
  stop,
}: {
  address: Address;
  zone: string;
  reference: string;
  /** Null where the viewer does not stop it. */
  stop: ((state: FormState, form: FormData) => Promise<FormState>) | null;
}) {
  const words: Record<string, [look: "info" | "ok", title: string]> = {
    open: ["info", "The new address is not confirmed yet"],
    proved: ["info", "The new address is confirmed"],
    stopped: ["ok", "The change was stopped"],
    applied: ["ok", "The address was changed"],
    over: ["info", "The address stays as it is"],
  };
  const [look, title] = words[state] ?? ["info", "The change is under way"];
  return (
    <div className="mb-8 max-w-[75ch] space-y-4">
      <Callout look={look} title={title}>
        {state === "open" ? (
          <p>
            Open the link in the mail to the new address until <Time at={expiresAt} zone={zone} withTime />. Without
            that nothing changes.
          </p>
        ) : null}
        {state === "proved" ? (
          <p>
            It takes its place at <Time at={notBefore} zone={zone} withTime />. Until then every known address can stop
            it.
          </p>
        ) : null}
      </Callout>
      {stop && (state === "open" || state === "proved") ? (
        <ActionForm action={stop}>
          <input type="hidden" name="reference" value={reference} />
          <SubmitButton look="secondary">Stop the change</SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}
