import "./spqr-vectors.test.ts";
