import { notFound } from "next/navigation";
import { currentCtx } from "@/lib/auth/current";
import { receiptByToken } from "@/lib/erasure/read-receipt";
import { editionOf } from "../edition";

/** The signed file, byte for byte as it was made. */
export async function GET(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const edition = editionOf(new URL(request.url).searchParams.get("edition"));
  const found = await receiptByToken(await currentCtx(), token, edition);
  if (!found) notFound();
  const { reference } = found.receipt.case;
  return new Response(found.body, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="receipt-${reference}-${found.receipt.edition}.json"`,
      "cache-control": "private, no-store",
    },
  });
}
