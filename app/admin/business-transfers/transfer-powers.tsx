import Link from "next/link";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormSelect, SubmitButton } from "@/components/ui/form";
import { formatInstant } from "@/components/ui/time";
import type { TransferForDesk } from "@/lib/business-transfers/queries";
import { approve, publish, withdraw } from "./actions";

/**
 * What an officer may do with one transfer now.
 * @param versions announced versions that name a new recipient
 */
export function TransferPowers({
  one,
  staffId,
  versions,
}: {
  one: TransferForDesk;
  staffId: string;
  versions: { number: number; effectiveAt: string }[];
}) {
  const { id, state, sha256 } = one;
  if (state === "done" || state === "withdrawn") return null;
  return (
    <div className="flex flex-wrap items-start gap-3">
      {state === "draft" && one.requestedBy === staffId ? (
        <p className="py-2 text-sm font-medium">You wrote it, so another officer has to approve it.</p>
      ) : null}
      {state === "draft" && one.requestedBy !== staffId ? (
        <ActionForm action={approve} className="space-y-2">
          <input type="hidden" name="transferId" value={id} />
          <input type="hidden" name="boundTo" value={sha256} />
          <SubmitButton>Approve exactly this</SubmitButton>
        </ActionForm>
      ) : null}
      {state === "approved" ? <Publish id={id} versions={versions} /> : null}
      <ConfirmDisclosure label={state === "published" ? "Call it off" : "Take it back"} about={one.recipient}>
        <p className="text-sm">
          {state === "published"
            ? "The public page then says that it does not happen. Withdraw the policy version that announced it as well: that tells everybody by mail."
            : "It is never told to anybody. Write it anew to change it."}
        </p>
        <ActionForm action={withdraw} className="space-y-2">
          <input type="hidden" name="transferId" value={id} />
          <SubmitButton look="danger">{state === "published" ? "Call it off" : "Take it back"}</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    </div>
  );
}

function Publish({ id, versions }: { id: string; versions: { number: number; effectiveAt: string }[] }) {
  if (versions.length === 0)
    return (
      <p className="max-w-[60ch] py-2 text-sm">
        Everybody is told by the notice of a policy version with a highlight “New recipient” that takes effect by that
        day.{" "}
        <Link href="/admin/policies/new" prefetch={false} className="link">
          Write that version
        </Link>{" "}
        and announce it, then publish this with it.
      </p>
    );
  return (
    <ActionForm action={publish} className="space-y-3">
      <input type="hidden" name="transferId" value={id} />
      <FormSelect id={`version-${id}`} name="number" label="Told by the notice of">
        {versions.map(({ number, effectiveAt }) => (
          <option key={number} value={number}>
            Version {number}, in effect {formatInstant(effectiveAt)}
          </option>
        ))}
      </FormSelect>
      <SubmitButton>Publish it</SubmitButton>
    </ActionForm>
  );
}
