import "./keys.contract.test.ts";
