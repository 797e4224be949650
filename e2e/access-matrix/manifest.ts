import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../fixtures/server";

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, ".next", path), "utf8")) as T;

/** Routes that the framework itself adds, and files without a person in them. */
const framework = /^\/(_not-found|_global-error|icon\.svg|favicon\.ico|robots\.txt|opengraph-image)$/;

export const hasBuild = existsSync(join(root, ".next", "BUILD_ID"));

const patternOf = (key: string): string => key.replace(/\/(page|route)$/, "").replace(/\/\([^)]+\)/g, "") || "/";

/** Every page and route handler of the build, as its pattern: `/account/requests/[reference]`. */
export function builtRoutes(): string[] {
  const manifest = read<Record<string, string>>("server/app-paths-manifest.json");
  return Object.keys(manifest)
    .map(patternOf)
    .filter((route) => !framework.test(route))
    .sort();
}

/** Those of them that a person looks at. */
export function builtPages(): string[] {
  const routes = Object.keys(read<Record<string, string>>("server/app-paths-manifest.json"));
  const handlers = routes.filter((key) => key.endsWith("/route")).map(patternOf);
  return builtRoutes().filter((route) => !handlers.includes(route));
}

export type BuiltAction = {
  /** `app/admin/actions.ts#signOut` */
  name: string;
  id: string;
  /** A page that carries it, as its pattern. */
  page: string;
};

type References = {
  node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }>;
};

/** Every server action of the build. */
export function builtActions(): BuiltAction[] {
  return Object.entries(read<References>("server/server-reference-manifest.json").node)
    .map(([id, { filename, exportedName, workers }]) => ({
      id,
      name: `${filename}#${exportedName}`,
      page:
        String(Object.keys(workers).sort()[0])
          .replace(/^app/, "")
          .replace(/\/page$/, "")
          .replace(/\/\([^)]+\)/g, "") || "/",
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
