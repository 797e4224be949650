import { notFound } from "next/navigation";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { openOwnEvidence } from "@/lib/evidence/open-own-evidence";
import { textDownload } from "@/lib/http/text-download";

/** What stands on a person's timeline, with the mails behind the notices, as a signed file. */
export async function GET(): Promise<Response> {
  const ctx = await requireHolder();
  await requireStepUp(ctx, "/account/timeline");
  const opened = await openOwnEvidence(ctx);
  return opened.ok ? textDownload(opened.value, "application/jsonl") : notFound();
}
