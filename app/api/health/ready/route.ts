import { checkReady } from "@/lib/health/check-ready";
import { deskHealth } from "@/lib/health/desk-health";

export const dynamic = "force-dynamic";

/** 200 when this replica can serve, else 503; names what is wrong and no value. `desk` counts what waits for people. */
export async function GET(): Promise<Response> {
  const [{ ready, checks }, desk] = await Promise.all([checkReady(), deskHealth()]);
  return Response.json(
    { status: ready ? "ready" : "not-ready", checks, desk },
    { status: ready ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}
