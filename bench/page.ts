import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import autocannon from "autocannon";
import { startServer } from "@/e2e/fixtures/server";
import { cookieNames } from "@/lib/auth/cookies";
import { freePort } from "@/lib/process/ports";
import type { BenchResult } from "./result";

const path = "/privacy";
const connections = 16;

/** As a browser asks for a document. */
const browser = { accept: "text/html,application/xhtml+xml" };

/**
 * The policy page: requests per second of the built app (one web process) beside nginx serving the same bytes from a
 * file, by the same load generator on the same machine; and the JavaScript a browser is sent. The app renders the
 * page once a second for visitors, and for each request of somebody signed in: a row of its own.
 */
export async function run({ seconds }: { seconds: number }): Promise<BenchResult[]> {
  const server = await startServer({ LOG_LEVEL: "warn" });
  const url = `${server.run.origin}${path}`;
  try {
    const html = await (await fetch(url, { headers: browser })).text();
    await load(url, 3);
    const app = await load(url, seconds);
    // Whether a session holds good is not asked by this page; that there is one is enough to render it anew.
    const signedIn = await load(url, seconds, { cookie: `${cookieNames.session}=bench` });
    const scripts = await clientJavaScript(server.run.origin, html);
    const machine = `${connections} connections, ${seconds} s, ${availableParallelism()} cores shared with the load generator`;
    const results: BenchResult[] = [
      { ...row(`${path}, the built app`, app, machine), goal: { least: 300 } },
      row(`${path}, the built app, with a session`, signedIn, machine),
      {
        name: `${path}, JavaScript`,
        metric: "sent to the browser, gzip",
        value: scripts.bytes,
        unit: "bytes",
        n: scripts.count,
        goal: { most: 1024 },
      },
      { name: `${path}, HTML`, metric: "size, gzip", value: gzipSync(html).length, unit: "bytes", n: 1 },
    ];
    const nginx = await underNginx(html, (at) => load(at, seconds));
    if (nginx) {
      results.push(row(`${path}, nginx with the same bytes`, nginx, machine));
      results.push({
        name: `${path}, app / nginx`,
        metric: "requests per second",
        value: app.requests.average / nginx.requests.average,
        unit: "ratio",
        n: 1,
      });
    }
    return results;
  } finally {
    await server.stop();
  }
}

const row = (name: string, result: autocannon.Result, machine: string): BenchResult => ({
  name,
  metric: "requests per second",
  value: result.requests.average,
  unit: "1/s",
  n: result.requests.total,
  detail: `p50 ${result.latency.p50} ms, p99 ${result.latency.p99} ms, ${result.non2xx + result.errors} failed; ${machine}`,
});

const load = (url: string, duration: number, headers: Record<string, string> = {}): Promise<autocannon.Result> =>
  autocannon({ url, duration, connections, headers: { ...browser, ...headers } });

/** Files and what stands in the page itself. */
async function clientJavaScript(origin: string, html: string): Promise<{ count: number; bytes: number }> {
  const scripts = new Set<string>();
  for (const [, source, inline] of html.matchAll(/<script\b(?:[^>]*\bsrc="([^"]+)")?[^>]*>([\s\S]*?)<\/script>/g))
    scripts.add(source ? await (await fetch(new URL(source, origin))).text() : String(inline));
  return { count: scripts.size, bytes: [...scripts].reduce((sum, script) => sum + gzipSync(script).length, 0) };
}

/** Null where there is no nginx. */
async function underNginx<T>(html: string, work: (url: string) => Promise<T>): Promise<T | null> {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore" });
  } catch {
    return null;
  }
  const directory = mkdtempSync(join(tmpdir(), "tc-nginx-"));
  const port = await freePort();
  writeFileSync(join(directory, "page.html"), html);
  writeFileSync(
    join(directory, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log stderr error;
     ${process.getuid?.() === 0 ? "user root;" : ""}
     events { worker_connections 256; }
     http { access_log off; sendfile on; keepalive_requests 1000000; default_type text/html;
       client_body_temp_path ${directory}/a; proxy_temp_path ${directory}/b; fastcgi_temp_path ${directory}/c;
       uwsgi_temp_path ${directory}/d; scgi_temp_path ${directory}/e;
       server { listen 127.0.0.1:${port}; root ${directory}; location / { try_files /page.html =404; } } }`,
  );
  const nginx = spawn("nginx", ["-p", directory, "-c", join(directory, "nginx.conf")], { stdio: "inherit" });
  const ended = new Promise((done) => nginx.once("exit", done));
  try {
    const url = `http://127.0.0.1:${port}/`;
    for (let tries = 0; tries < 50 && !(await fetch(url).catch(() => null)); tries++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    return await work(url);
  } finally {
    nginx.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}
