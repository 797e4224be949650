import { env } from "@/lib/env";
import { publication } from "@/lib/http/publication";
import { feedEntries, jsonFeed } from "@/lib/policy/feed";

export async function GET(request: Request): Promise<Response> {
  const { APP_URL: origin } = env();
  const body = JSON.stringify(jsonFeed(await feedEntries(origin), origin), null, 2);
  return publication(request, `${body}\n`, "application/feed+json; charset=utf-8");
}
