import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { PageHeader } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { isStaffSession } from "@/lib/auth/current-session";
import { requireHolder } from "@/lib/auth/require";
import { safeNext } from "@/lib/auth/safe-next";
import { beginVerify, finishVerify } from "../actions";
import { PasskeyButton } from "../passkey-button";

export const metadata: Metadata = { title: "Show your passkey" };

type Search = Promise<{ next?: string | string[] }>;

export default async function VerifyPage({ searchParams }: { searchParams: Search }) {
  await requireHolder();
  const session = await currentSession();
  if (!session?.staff) notFound();
  if (!session.staff.enrolled) redirect("/staff/enrol");
  const next = safeNext((await searchParams).next) ?? "/admin";
  if (isStaffSession(session)) redirect(next);
  return (
    <>
      <PageHeader
        title="Show your passkey"
        lead="Mail alone does not open the desk. Your device asks for your fingerprint, face or PIN."
      />
      <PasskeyButton mode="verify" begin={beginVerify} finish={finishVerify} next={next} label="Use your passkey" />
      <p className="mt-8 text-muted">
        Lost it? Ask whoever runs this trust center for a new invitation; no colleague can let you in without one.
      </p>
    </>
  );
}
