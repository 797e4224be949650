import { expectComplete, matrix, test } from "./access-matrix/matrix";

test("S19 the matrix lists every page, route handler and action, and nothing that is gone", expectComplete);

/**
 * Everybody asks where the proxy is gone (access-matrix-without-proxy.spec.ts), so that nothing rests on it; here, that it stands in
 * nobody's way and opens nothing: who has no session, which is all it looks at, who has one, and who may do most.
 */
matrix("S19 S1", test, ["visitor", "self", "another", "officer"]);
