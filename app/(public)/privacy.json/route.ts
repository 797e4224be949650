import { visitorCtx } from "@/lib/context";
import { env } from "@/lib/env";
import { problem, publication } from "@/lib/http/publication";
import { machineReadable } from "@/lib/policy/machine-readable";
import { policyNow } from "@/lib/policy/queries";

/** The version in force for programs. */
export async function GET(request: Request): Promise<Response> {
  const { inForce, next } = await policyNow(visitorCtx());
  if (!inForce) return problem(404, "No policy version is in force yet.");
  const body = JSON.stringify(machineReadable(inForce, next, env().APP_URL), null, 2);
  return publication(request, `${body}\n`, "application/json; charset=utf-8");
}
