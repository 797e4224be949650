/** The body as bytes, or null as soon as it is longer than `limit`. */
export async function boundedBytes(request: Request, limit: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The body as text, or null as soon as it is longer than `limit` bytes. */
export async function boundedText(request: Request, limit: number): Promise<string | null> {
  return (await boundedBytes(request, limit))?.toString("utf8") ?? null;
}
