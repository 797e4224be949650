import { mailboxMail } from "@/lib/mail/queries";

/**
 * The HTML part as a document of its own. Mail brings inline styles, so proxy.ts gives
 * this address a policy of its own: nothing runs, nothing loads, only our own page may frame it.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const mail = await mailboxMail((await params).id);
  if (!mail) return new Response("Not found", { status: 404, headers: { "cache-control": "no-store" } });
  return new Response(mail.html, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
