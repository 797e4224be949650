import { expectComplete, matrix, test } from "./access-matrix/matrix";

test("S19 the matrix lists every page, route handler and action, and nothing that is gone", expectComplete);

matrix("S19", test);
