import { redirect } from "next/navigation";
import { problem } from "@/lib/http/publication";
import { inForceOn, parseDay } from "@/lib/policy/in-force-on";

/** Leads to the version that held on a day; 400 for what is no day, 404 before the first version. */
export async function GET(_request: Request, { params }: RouteContext<"/privacy/on/[date]">): Promise<Response> {
  const day = parseDay((await params).date);
  if (!day) return problem(400, "Write the day as YYYY-MM-DD, such as 2025-06-01.");
  const version = await inForceOn(day);
  if (!version) return problem(404, `No policy version was in force on ${day}.`);
  redirect(`/privacy/versions/${version.number}`);
}
