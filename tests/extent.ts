/** `npm run test:long`: what the shorter runs let expect. */
export const isLong = process.env["TACIT_LONG"] === "1";

/** `.ci/run`, or longer: what a change does not have to wait for. */
export const isGate = isLong || process.env["CI"] === "true";
