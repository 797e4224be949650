/**
 * Names and attributes of the cookies of sign-in (S9). `__Host-` binds them to this host, the root path
 * and Secure; browsers treat http://localhost as secure enough for that.
 */
export const cookieNames = {
  /** The session's token; only its SHA-256 is stored. */
  session: "__Host-tc-session",
  /** Binds a code or link to the browser that asked for it (S12). */
  browser: "__Host-tc-browser",
  /** Recognises a device again, so that a new one starts the waiting time of S14. */
  device: "__Host-tc-device",
  /** A staff invitation on its way through sign-in. */
  invitation: "__Host-tc-invitation",
  /** Somebody without an account looking at their own case, for half an hour. */
  status: "__Host-tc-status",
} as const;

export const cookieOptions = { httpOnly: true, secure: true, sameSite: "lax", path: "/" } as const;
