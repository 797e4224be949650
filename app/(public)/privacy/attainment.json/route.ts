import { attainment } from "@/lib/attainment/queries";
import { publication } from "@/lib/http/publication";

/** The figures of the page beside it, for programs; null where one would be made of too few. */
export async function GET(request: Request): Promise<Response> {
  return publication(request, `${JSON.stringify(await attainment(), null, 2)}\n`, "application/json; charset=utf-8");
}
