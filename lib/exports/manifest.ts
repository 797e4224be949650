import { config } from "../../trust-center.config";
import type { ArchiveFile } from "./archive";

export type Resource = Record<string, unknown> & { name: string };

const pathOf = ({ paths }: ArchiveFile) => (paths.length === 1 ? paths[0] : paths);

/** A resource of the descriptor: path (several are to be joined in order), size and hash. */
export function resource(name: string, file: ArchiveFile, rest: Record<string, unknown>): Resource {
  return { name, path: pathOf(file), bytes: file.bytes, hash: `sha256:${file.sha256}`, ...rest };
}

/**
 * `datapackage.json`: Data Package v2, https://datapackage.org/standard/data-package/. The bytes depend
 * only on the package and the data: a retry over unchanged rows gives the same ones (R8).
 * @param input.resources at least one
 * @returns what stands before more descriptions, each with a comma in front, and what stands after them
 */
export function manifest(input: { packageId: string; created: Temporal.Instant; resources: Resource[] }): {
  head: Buffer;
  tail: Buffer;
} {
  const descriptor = {
    $schema: "https://datapackage.org/profiles/2.0/datapackage.json",
    name: "personal-data",
    id: input.packageId,
    title: `Personal data held by ${config.company.name}`,
    homepage: config.company.website,
    created: input.created.toString({ smallestUnit: "second" }),
    contributors: [{ title: config.company.legalName, path: config.company.website, roles: ["publisher"] }],
    resources: input.resources,
  };
  const tail = "\n  ]\n}\n";
  const whole = `${JSON.stringify(descriptor, null, 2)}\n`;
  return { head: Buffer.from(whole.slice(0, -tail.length), "utf8"), tail: Buffer.from(tail, "utf8") };
}
