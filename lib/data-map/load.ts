import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseMap } from "./parse";
import { type DataMap, DataMapError, type System } from "./types";
import { unreachable } from "./unreachable";

/** Reads every `*.yml` of a folder, in the order of their names. @throws DataMapError */
export function loadMap(directory: string): DataMap {
  const files = namesIn(directory)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  if (files.length === 0) throw new DataMapError(`${directory}: holds no map (*.yml)`);
  const shown = shownPath(directory);
  const problems: string[] = [];
  const systems: System[] = [];
  for (const file of files) {
    try {
      systems.push(...parseMap(join(shown, file), readFileSync(join(directory, file), "utf8")));
    } catch (error) {
      if (!(error instanceof DataMapError)) throw error;
      problems.push(error.message);
    }
  }
  const names = systems.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) problems.push(`${shown}: two datasets are called ${twice}`);
  const homes = systems.filter(({ person }) => person);
  if (problems.length === 0 && homes.length !== 1) {
    problems.push(`${shown}: exactly one dataset must say under trust.person who can sign in; ${homes.length} do`);
  }
  for (const { name, person, collections } of systems)
    for (const { name: collection, client } of collections)
      if (client && !person && !homes[0]?.clients)
        problems.push(
          `${shown}: ${name}.${collection} is about clients, and no dataset names them under trust.clients`,
        );
  if (problems.length === 0 && homes[0]) problems.push(...notFoundFrom(homes[0], systems, shown));
  if (problems.length > 0) throw new DataMapError(problems.join("\n"));
  return { systems };
}

/**
 * What of the other systems is found in no request, since none of the identities it is entered by is followed at home. What is about a
 * company's clients is entered by theirs as well.
 */
function notFoundFrom(home: System, systems: readonly System[], shown: string): string[] {
  return systems
    .filter(({ person }) => !person)
    .flatMap((system) => {
      const ofClients = ({ collection }: { collection: string }) =>
        system.collections.some(({ name, client }) => name === collection && client);
      return unreachable(system, home)
        .filter((one) => !ofClients(one))
        .map(
          ({ collection, scope }) =>
            `${shown}: ${system.name}.${collection}: nothing leads here for a ${scope}: say \`follow\` of a field of ${home.name} that holds the identity by which ${system.name} knows people`,
        );
    });
}

/** As whoever runs it knows the folder: from where they are, or whole when it lies elsewhere. */
function shownPath(directory: string): string {
  const path = relative(/* turbopackIgnore: true */ process.cwd(), directory);
  return path === "" ? "." : path.startsWith("..") ? directory : path;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    throw new DataMapError(`${directory}: there is no such folder, or it cannot be read`);
  }
}

let cached: DataMap | undefined;

/** The map of this installation (`data-map/*.yml`), read once per process. @throws DataMapError naming file, line and field */
export function dataMap(): DataMap {
  // The working directory and not this file's place: bundled, the two differ.
  cached ??= loadMap(resolve(/* turbopackIgnore: true */ process.cwd(), "data-map"));
  return cached;
}

/** The system whose people sign in, and where a request starts. */
export function homeSystem(map: DataMap = dataMap()): System & { person: NonNullable<System["person"]> } {
  const home = map.systems.find((system) => system.person);
  if (!home?.person) throw new DataMapError("data-map: no dataset says under trust.person who can sign in");
  return { ...home, person: home.person };
}
