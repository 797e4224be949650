import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { myPasskeys, type OwnPasskey } from "@/lib/auth/queries";
import { requireStaff } from "@/lib/auth/require";
import { remove } from "./actions";

export const metadata: Metadata = { title: "Your passkeys" };

/** A member of staff's own passkeys; the list of colleagues on the desk shows only how many each has. */
export default async function PasskeysPage() {
  const ctx = await requireStaff();
  const keys = await myPasskeys(ctx);
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  return (
    <>
      <p className="mb-2">
        <Link href="/admin" prefetch={false} className="link">
          To the desk
        </Link>
      </p>
      <PageHeader
        title="Your passkeys"
        lead="Each opens the desk together with a code by mail. Keep one on a second device, so that a lost one does not lock you out."
      />
      {keys.length === 0 ? (
        <Empty>You have no passkey yet.</Empty>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {keys.map((key) => (
            <li key={key.credentialId} className="space-y-3 py-4">
              <Passkey passkey={key} zone={zone} />
              {keys.length > 1 ? <Remove passkey={key} /> : null}
            </li>
          ))}
        </ul>
      )}
      {keys.length === 1 ? (
        <p className="mt-4 text-muted">Your only passkey cannot be removed. Add another one first.</p>
      ) : null}
      <Link href="/step-up?next=%2Fstaff%2Fenrol" prefetch={false} className={buttonClass("primary", "mt-6")}>
        Add another passkey
      </Link>
    </>
  );
}

function Passkey({ passkey, zone }: { passkey: OwnPasskey; zone: string }) {
  const now = new Date().toISOString();
  return (
    <div className="flex gap-3">
      <KeyRound aria-hidden size={20} className="mt-1 shrink-0 text-muted" />
      <div className="min-w-0 space-y-0.5">
        <p className="font-medium">{passkey.label}</p>
        <p className="text-sm text-muted">
          Added <Time at={passkey.createdAt} zone={zone} withTime />,{" "}
          {passkey.lastUsedAt ? `last used ${formatDistance(passkey.lastUsedAt, now)}` : "never used"}
        </p>
      </div>
    </div>
  );
}

function Remove({ passkey }: { passkey: OwnPasskey }) {
  return (
    <ConfirmDisclosure label="Remove" about={`the passkey of ${passkey.label}`}>
      <p className="text-sm">
        It opens nothing any more, and your other sessions have to show one of the passkeys that are left. You get a
        mail about it. Delete it in the device or password manager as well: we cannot reach it there.
      </p>
      <ActionForm action={remove}>
        <input type="hidden" name="credentialId" value={passkey.credentialId} />
        <SubmitButton look="danger">Remove this passkey</SubmitButton>
      </ActionForm>
    </ConfirmDisclosure>
  );
}
