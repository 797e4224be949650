import { env } from "@/lib/env";
import { publication } from "@/lib/http/publication";
import { atom, feedEntries } from "@/lib/policy/feed";

export async function GET(request: Request): Promise<Response> {
  const { APP_URL: origin } = env();
  return publication(request, atom(await feedEntries(origin), origin), "application/atom+xml; charset=utf-8");
}
