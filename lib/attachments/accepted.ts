/** What may be kept: the type that the content shows, and the ending that a copy of it gets. */
export const keptKinds = {
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/heic": "heic",
  "image/heif": "heif",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.oasis.opendocument.text": "odt",
  "text/plain": "txt",
  "text/csv": "csv",
} as const;
export type FileKind = keyof typeof keptKinds;

/** The endings, for a file field's `accept`. What counts is the content. */
export const acceptedFiles = [...Object.values(keptKinds), "jpeg"].map((ending) => `.${ending}`).join(",");

export const endingOf = (kind: string): string => keptKinds[kind as FileKind] ?? "bin";
