import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import type { DisclosureForDesk } from "@/lib/disclosures/queries";
import { extend, release, withdraw } from "./actions";

/** What an officer may do with one demand now; the release is a second person's (S15). */
export function DisclosurePowers({ one, staffId }: { one: DisclosureForDesk; staffId: string }) {
  const { id, state, sha256 } = one;
  const about = one.authority;
  if (state === "sealed")
    return (
      <ConfirmDisclosure label="Seal it longer" about={about}>
        <p className="text-sm">Where the authority renewed its order. It can never end earlier than it does now.</p>
        <ActionForm action={extend}>
          <input type="hidden" name="disclosureId" value={id} />
          <FormText id={`until-${id}`} name="until" label="Until" hint="UTC." type="date" required />
          <SubmitButton look="secondary">Seal it until then</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    );
  if (state !== "requested") return null;
  return (
    <div className="flex flex-wrap items-start gap-3">
      {one.requestedBy === staffId ? (
        <p className="py-2 text-sm font-medium">You recorded it, so another officer has to release it.</p>
      ) : (
        <ConfirmDisclosure label="Release" about={about}>
          <p className="text-sm">
            From then on it is answered as it stands here, and whoever it is about is told
            {one.sealEnds ? " once the seal is off" : " at once"}. That cannot be undone.
          </p>
          <ActionForm action={release} className="space-y-2">
            <input type="hidden" name="disclosureId" value={id} />
            <input type="hidden" name="boundTo" value={sha256} />
            <SubmitButton look="danger">Release exactly this</SubmitButton>
          </ActionForm>
        </ConfirmDisclosure>
      )}
      <ActionForm action={withdraw} className="space-y-2">
        <input type="hidden" name="disclosureId" value={id} />
        <SubmitButton look="secondary">
          {one.requestedBy === staffId ? "Take it back" : "Refuse to release it"}
        </SubmitButton>
      </ActionForm>
    </div>
  );
}
