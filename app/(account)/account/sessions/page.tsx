import { MonitorSmartphone } from "lucide-react";
import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { waitsForNewDevices } from "@/lib/auth/fresh";
import { mySessions, type SessionRow } from "@/lib/auth/queries";
import { requireHolder } from "@/lib/auth/require";
import { config } from "@/trust-center.config";
import { endOne, endOthers } from "./actions";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  const ctx = await requireHolder();
  const sessions = await mySessions(ctx);
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Sessions"
        lead={`Where you are signed in. A session ends by itself after ${config.signIn.sessionDays} days.`}
        actions={
          sessions.length > 1 ? (
            <ActionForm action={endOthers} className="">
              <SubmitButton look="secondary">Sign out everywhere else</SubmitButton>
            </ActionForm>
          ) : null
        }
      />
      <NewDevice until={ctx.actor.freshUntil?.toString() ?? null} zone={zone} />
      <ul className="divide-y divide-line border-y border-line">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4">
            <Session session={session} zone={zone} />
            <ActionForm action={endOne} className="">
              <input type="hidden" name="sessionId" value={session.id} />
              <SubmitButton look={session.current ? "quiet" : "secondary"} aria-label={`Sign out ${session.device}`}>
                Sign out
              </SubmitButton>
            </ActionForm>
          </li>
        ))}
      </ul>
      <p className="mt-6 max-w-[70ch] text-muted">
        We keep the kind of browser and system, not the address you came from. A session you do not know? Sign it out,
        then change the password of your mailbox: whoever reads your mail can sign in here.
      </p>
    </>
  );
}

/** Says whether this device still waits (S14), and that the demo's do not. */
function NewDevice({ until, zone }: { until: string | null; zone: string }) {
  if (until) {
    return (
      <div className="mb-8">
        <Callout title="This device is new to us">
          <p>
            Exports and deletions asked for from here wait until <Time at={until} zone={zone} withTime />, so that you
            can stop them should it not be you. The mail about this sign-in has the button for that.
          </p>
        </Callout>
      </div>
    );
  }
  if (waitsForNewDevices()) return null;
  return (
    <p className="mb-8 max-w-[70ch] text-muted">
      This is a demo: exports and deletions from a new device start at once. In use they wait {config.signIn.freshHours}{" "}
      hours, with one click to stop them.
    </p>
  );
}

function Session({ session, zone }: { session: SessionRow; zone: string }) {
  const now = new Date().toISOString();
  return (
    <div className="flex min-w-0 gap-3">
      <MonitorSmartphone aria-hidden size={20} className="mt-1 shrink-0 text-muted" />
      <div className="min-w-0 space-y-0.5">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {session.device}
          {session.current ? <Chip kind="done">This one</Chip> : null}
        </p>
        <p className="text-sm text-muted">
          Signed in <Time at={session.createdAt} zone={zone} withTime />
          {session.current ? null : <>, last seen {formatDistance(session.lastSeenAt, now)}</>}
        </p>
      </div>
    </div>
  );
}
