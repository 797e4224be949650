import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import { currentCtx } from "@/lib/auth/current";
import { type AddressLink, addressByToken } from "@/lib/correction/address-links";

type Words = { lost: string; title: string; button: string };

/** What a link of the two mails opens: the state, and a button while there is something to do. Opening changes nothing (S12). */
export async function LinkPage({
  of,
  token,
  action,
  words,
}: {
  of: "stop" | "prove";
  token: unknown;
  action: (state: FormState, form: FormData) => Promise<FormState>;
  words: Words;
}) {
  const found =
    typeof token === "string" && token.length <= 100 ? await addressByToken(await currentCtx(), of, token) : null;
  if (!found || typeof token !== "string")
    return (
      <div className="max-w-2xl">
        <PageHeader title={words.lost} lead="It may be cut off. Use the whole link from the mail." />
      </div>
    );
  const open = found.state === "open" || (of === "stop" && found.state === "proved");
  return (
    <div className="max-w-2xl">
      <PageHeader title={open ? words.title : titles[found.state]} />
      {open ? (
        <>
          <p className="mb-6">
            {of === "stop" ? (
              <>
                Another address is to take the place of yours, not before{" "}
                <Time at={found.notBefore} zone={found.zone} withTime />. Nothing has changed yet.
              </>
            ) : (
              "Confirm only if you asked for it yourself. It signs nobody in."
            )}
          </p>
          <ActionForm action={action}>
            <input type="hidden" name="token" value={token} />
            <SubmitButton>{words.button}</SubmitButton>
          </ActionForm>
        </>
      ) : (
        <Callout look={found.state === "stopped" || found.state === "proved" ? "ok" : "info"} live>
          <Said found={found} />
        </Callout>
      )}
    </div>
  );
}

const titles: Record<AddressLink["state"], string> = {
  open: "",
  proved: "The address is confirmed",
  stopped: "The change is stopped",
  applied: "The address was changed",
  over: "This change has ended",
};

function Said({ found: { state, notBefore, zone, reference } }: { found: AddressLink }) {
  if (state === "proved")
    return (
      <p>
        It takes its place at <Time at={notBefore} zone={zone} withTime />, unless somebody stops it until then.
      </p>
    );
  if (state === "stopped")
    return <p>Nothing was changed. If you did not ask for it yourself, end your sessions and write to us.</p>;
  return (
    <p>
      Request <span className="font-mono">{reference}</span> is closed. {state === "over" ? "Nothing was changed." : ""}
    </p>
  );
}
