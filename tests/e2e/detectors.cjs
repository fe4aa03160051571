// Reads a list of {ua, headers} and prints what each detector makes of it.
const { readFileSync } = require("node:fs");
const InAppSpy = require("inapp-spy").default;
const DetectInApp = require("detect-inapp").default ?? require("detect-inapp");
const { UAParser } = require("ua-parser-js");
const { InApps } = require("ua-parser-js/extensions");
const DeviceDetector = require("device-detector-js");

const detector = new DeviceDetector({ skipBotDetection: true });
const told = JSON.parse(readFileSync(0, "utf8")).map(({ ua, headers }) => {
  const spy = InAppSpy({ ua });
  const parsed = UAParser(ua, InApps);
  const hinted = UAParser({ "user-agent": ua, ...headers }, InApps).withClientHints();
  const device = detector.parse(ua);
  return {
    "inapp-spy": spy.isInApp ? spy.appKey ?? "an app" : null,
    "detect-inapp": new DetectInApp(ua).browser,
    "ua-parser-js": parsed.browser.name,
    "ua-parser-js os": parsed.os.name,
    "ua-parser-js hints": { browser: hinted.browser, os: hinted.os, device: hinted.device },
    "device-detector-js": device.client?.name,
    "device-detector-js os": device.os?.name,
  };
});
console.log(JSON.stringify(told));
