export const dynamic = "force-dynamic";

/** The process answers; nothing else is asked, so that a database fault does not restart it. */
export const GET = () => Response.json({ status: "live" }, { headers: { "cache-control": "no-store" } });
