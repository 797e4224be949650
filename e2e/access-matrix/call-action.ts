import type { APIRequestContext, APIResponse } from "@playwright/test";

/** A field's value: text, or what no form of ours sends. */
export type FieldValue = string | File;

/** Twenty thousand answers are not packed only to be unpacked. */
export const asIs = { "accept-encoding": "identity" };

/**
 * Calls a server action the way React does: the previous state and a form.
 * @param args other arguments, as JSON in React's wording
 */
export function callAction(
  request: APIRequestContext,
  origin: string | undefined,
  page: string,
  id: string,
  cookie: string,
  fields: Iterable<[string, FieldValue]>,
  args = '[{},"$K1"]',
): Promise<APIResponse> {
  // The order matters: React reads the form's fields, then the arguments that refer to it.
  const body = new FormData();
  for (const [name, value] of fields) body.append(`_1_${name}`, value);
  body.append("0", args);
  return request.post(page, {
    headers: { ...asIs, "next-action": id, cookie, ...(origin ? { origin } : {}) },
    multipart: body,
    maxRedirects: 0,
  });
}
