import type { RequestHandler } from "express";
import helmet from "helmet";

const none = ["'none'"];
const self = ["'self'"];

const CONTENT_SECURITY_POLICY = {
  defaultSrc: none,
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  styleSrc: self,
  imgSrc: ["'self'", "blob:"],
  mediaSrc: ["'self'", "blob:"],
  fontSrc: self,
  connectSrc: self,
  workerSrc: self,
  manifestSrc: self,
  objectSrc: none,
  frameSrc: none,
  frameAncestors: none,
  baseUri: none,
  formAction: none,
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["app-url"],
};

const CLOSED_FEATURES = [
  "accelerometer",
  "browsing-topics",
  "encrypted-media",
  "gamepad",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "midi",
  "payment",
  "serial",
  "usb",
  "xr-spatial-tracking",
];
const OPEN_FEATURES = [
  "autoplay",
  "camera",
  "display-capture",
  "fullscreen",
  "microphone",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
];
const PERMISSIONS_POLICY = [
  ...OPEN_FEATURES.map((feature) => `${feature}=(self)`),
  ...CLOSED_FEATURES.map((feature) => `${feature}=()`),
].join(", ");

const YEAR_SECONDS = 31_536_000;

/** The headers of every answer. `isSecure`: people reach the relay by https; over plain http nothing may promise it. */
export function strictHeaders(isSecure: boolean): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
      crossOriginOpenerPolicy: { policy: "same-origin" },
      crossOriginResourcePolicy: { policy: "same-origin" },
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: isSecure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
      xFrameOptions: { action: "deny" },
    }),
    (_request, response, next) => {
      response.setHeader("Permissions-Policy", PERMISSIONS_POLICY);
      next();
    },
  ];
}
