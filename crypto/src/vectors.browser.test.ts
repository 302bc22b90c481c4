import "./vectors.test.ts";
