import { env } from "../env";

/** Whether one of this site's own pages sent a request: a missing, foreign or `null` Origin is not (S3). */
export const isFromHere = (headers: Headers): boolean => headers.get("origin") === env().APP_URL;
