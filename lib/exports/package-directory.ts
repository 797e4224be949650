import { join } from "node:path";
import { env } from "../env";

/** Where all sealed parts of one package lie. */
export const packageDirectory = (packageId: string): string => join(env().STORAGE_DIR, packageId);
