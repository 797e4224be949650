import { checkReady } from "@/lib/health/check-ready";

export const dynamic = "force-dynamic";

/** 200 when this replica can serve, else 503; names what is wrong and no value. */
export async function GET(): Promise<Response> {
  const { ready, checks } = await checkReady();
  return Response.json(
    { status: ready ? "ready" : "not-ready", checks },
    { status: ready ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}
