import { forbidden, notFound } from "next/navigation";
import { requireStaff, requireStepUp } from "@/lib/auth/require";
import { openNoticeEvidence } from "@/lib/evidence/open-notice-evidence";
import { textDownload } from "@/lib/http/text-download";

type Context = { params: Promise<{ id: string }> };

/** The evidence of a notice as a signed file; `?addresses=1` with the addresses, for officers. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const ctx = await requireStaff("officer", "auditor");
  const { id } = await params;
  await requireStepUp(ctx, `/admin/notices/${id}`);
  const addresses = new URL(request.url).searchParams.get("addresses") === "1";
  const opened = await openNoticeEvidence(ctx, { noticeId: id, addresses });
  if (opened.ok) return textDownload(opened.value, "application/jsonl");
  if (opened.reason === "not-allowed") forbidden();
  notFound();
}
