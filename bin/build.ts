// Builds the app unless a build of exactly these sources is there; `npm start` then uses it as it is.
import { buildIfNeeded } from "@/lib/process/build";
import { root } from "@/lib/process/run-ts";

await buildIfNeeded(root);
