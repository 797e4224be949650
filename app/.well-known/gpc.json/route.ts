import { config } from "@/trust-center.config";

/** Global Privacy Control: the signal is honoured here (W4). */
export function GET(): Response {
  return Response.json({ gpc: true, lastUpdate: config.gpcSince });
}
